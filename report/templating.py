"""Jinja environments: the templates of report/templates, in place of which users may put their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined, TemplateError
from jinja2.exceptions import TemplateSyntaxError, UndefinedError

from report.errors import OwnTemplateError


def environment(
    templates: Path | None, *, autoescape: bool, finalize: Callable[[Any], Any] | None = None
) -> Environment:
    """Templates by name: those of the folder `templates` first, then our own."""
    own = [FileSystemLoader(templates)] if templates else []
    return Environment(
        loader=ChoiceLoader([*own, PackageLoader("report")]),
        autoescape=autoescape,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def rendered(environment: Environment, name: str, values: Mapping[str, object], templates: Path | None) -> str:
    """The text of a template. Raises OwnTemplateError where the user has a folder of templates and one fails."""
    with _explaining(templates):
        return environment.get_template(name).render(**values)


@contextmanager
def _explaining(templates: Path | None) -> Iterator[None]:
    if templates is None:
        yield
        return
    try:
        yield
    except TemplateSyntaxError as error:
        raise OwnTemplateError(f"{error.filename or error.name}, line {error.lineno}: {error.message}") from error
    except (TemplateError, UndefinedError, TypeError, ValueError, KeyError, ArithmeticError) as error:
        raise OwnTemplateError(
            f"the templates in {templates} cannot be used: {error}; `filature report templates` writes those that "
            "this version comes with"
        ) from error
