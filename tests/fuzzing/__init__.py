"""Every parser as a function of bytes, fed with what nobody would send on purpose."""
