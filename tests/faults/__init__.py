"""What may go wrong between a site and the archive, each as a site that does it."""
