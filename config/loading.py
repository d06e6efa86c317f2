"""Finding and reading `tdcd.toml`, so that every problem is told at once and no value is repeated."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from config.settings import Settings, SiteSettings
from errors import ConfigInvalid

#: What `tdcd run` uses where no configuration exists: the sandbox beside it.
SANDBOX_SITE: dict[str, Any] = {
    "name": "songlam",
    "url": "http://127.0.0.1:8765/qlvb",
    "username": "tdcd",
    "password": "tdcd-sandbox",
    "profile": "laocai",
    "limits": {"rate_per_second": 200},
}

_OWN_VARIABLES = ("TDCD_CONFIG",)


def load(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of `path`, or of the sandbox when no path is given and no file exists.

    Raises ConfigInvalid with every problem: file, key and what is wrong with it.
    """
    given = path or (Path(environ["TDCD_CONFIG"]) if environ.get("TDCD_CONFIG") else None)
    file = given or Path("tdcd.toml")
    if given is not None and not given.is_file():
        raise ConfigInvalid([f"the file does not exist: {given}"], where=str(given))
    values = _read(file) if file.is_file() else {"site": [SANDBOX_SITE]}
    problems = [f"unknown environment variable {name}" for name in _unknown(environ)]
    try:
        settings = Settings(**values)
    except ValidationError as error:
        problems += [_sentence(item["loc"], item["msg"]) for item in error.errors(include_input=False)]
        raise ConfigInvalid(problems, where=str(file)) from None
    if problems:
        raise ConfigInvalid(problems, where=str(file))
    return _with_passwords(settings, environ, str(file))


def site_of(settings: Settings, name: str | None) -> SiteSettings:
    """The site called `name`, or the only one. Raises ConfigInvalid naming the choices."""
    names = [site.name for site in settings.site]
    if name is None and len(names) == 1:
        return settings.site[0]
    for site in settings.site:
        if site.name == name:
            return site
    wanted = f"no site is called {name}" if name else "no site is named and there is not exactly one"
    raise ConfigInvalid([f"{wanted} (sites: {', '.join(names) or 'none'})"])


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigInvalid([f"not readable as TOML: {error}"], where=str(file)) from None


def _unknown(environ: Mapping[str, str]) -> list[str]:
    """TDCD_ variables that nothing reads: a mistyped name would otherwise be ignored silently."""
    known = {f"TDCD_{field.upper()}" for field in Settings.model_fields}
    ours = [name for name in environ if name.startswith("TDCD_") and name not in _OWN_VARIABLES]
    return sorted(
        name
        for name in ours
        if not name.startswith("TDCD_PASSWORD_") and name.split("__", 1)[0].upper() not in known
    )


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    key = ".".join(str(part) for part in location) or "file"
    return f"{key}: {message}"


def _with_passwords(settings: Settings, environ: Mapping[str, str], where: str) -> Settings:
    sites = tuple(_with_password(site, settings, environ) for site in settings.site)
    missing = [
        f"site.{site.name}.password: not given (set TDCD_PASSWORD_{_variable(site.name)}, "
        f"or a file {site.name}.password in secrets_dir)"
        for site in sites
        if not site.password.get_secret_value()
    ]
    missing += [
        f"site.{site.name}.work.password: not given (set TDCD_PASSWORD_{_variable(site.name)}_WORK, "
        f"or a file {site.name}.work.password in secrets_dir)"
        for site in sites
        if site.work is not None and not site.work.password.get_secret_value()
    ]
    if missing:
        raise ConfigInvalid(missing, where=where)
    return settings.model_copy(update={"site": sites})


def _with_password(site: SiteSettings, settings: Settings, environ: Mapping[str, str]) -> SiteSettings:
    given = _secret(settings, environ, site.name, f"TDCD_PASSWORD_{_variable(site.name)}")
    site = site.model_copy(update={"password": SecretStr(given)}) if given else site
    if site.work is None:
        return site
    given = _secret(settings, environ, f"{site.name}.work", f"TDCD_PASSWORD_{_variable(site.name)}_WORK")
    work = site.work.model_copy(update={"password": SecretStr(given)}) if given else site.work
    return site.model_copy(update={"work": work})


def _secret(settings: Settings, environ: Mapping[str, str], file_name: str, variable: str) -> str:
    """From the environment, else from the folder of secrets; "" when neither has it."""
    given = environ.get(variable, "")
    file = settings.secrets_dir / f"{file_name}.password" if settings.secrets_dir else None
    if not given and file is not None and file.is_file():
        given = file.read_text(encoding="utf-8").strip()
    return given


def _variable(name: str) -> str:
    return name.upper().replace("-", "_")
