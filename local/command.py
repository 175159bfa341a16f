"""From the command line's arguments to a running stack."""

import argparse
import asyncio
import os
import resource
import socket
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local import cloud as clouds
from local.cloud import Cloud
from local.forks import ForkServer
from local.guardian import Guardian
from local.intrinsics import TemplateError
from local.kept_state import KeptState
from local.parameters import parse_overrides, read_samconfig
from local.pools import Limits
from local.stack import Settings, serve
from local.template import Template, load_template
from local.welcome import welcome

_STACK_NAME = "local"
_OPEN_FILES = 8192


def run(
    arguments: argparse.Namespace,
    doors: tuple[socket.socket, socket.socket],
    guardian: Guardian,
    forks: ForkServer | None,
    emulator_url: Callable[[], str] | None,
) -> None:
    """Serve until SIGINT or SIGTERM, at the given sockets of the HTTP API and of the function URL.

    Raises:
        TemplateError: the template or a parameter is wrong, or its tables and queues cannot be created.
    """
    _allow_many_sockets()
    cloud = _cloud(arguments.endpoint_url, emulator_url)
    # samtranslator asks boto3 for the region, and boto3 the environment.
    os.environ["AWS_DEFAULT_REGION"] = cloud.region
    stack_name, overrides = read_samconfig(arguments.template.resolve().parent / "samconfig.toml")
    overrides |= parse_overrides(arguments.parameter)
    stack_name = arguments.stack_name or stack_name or _STACK_NAME
    settings = Settings(
        template=_translated(arguments.template, overrides, stack_name, cloud.region),
        api=doors[0],
        stream=doors[1],
        cloud=cloud,
        guardian=guardian,
        forks=forks,
        limits=Limits(arguments.max_processes, arguments.idle_seconds),
        reload=arguments.reload,
        own_emulator=emulator_url is not None,
        kept=KeptState(arguments.keep) if arguments.keep else None,
        welcome=lambda settings: welcome(
            settings, folder=arguments.template.parent, keep=arguments.keep, log=arguments.log
        ),
    )
    try:
        asyncio.run(serve(settings))
    except (BotoCoreError, ClientError) as error:
        message = f"cannot create the tables and queues: {error}"
        raise TemplateError(message) from error


def _translated(path: Path, overrides: Mapping[str, str], stack_name: str, region: str) -> Template:
    """Translate the template in a process that ends: the translator would stay in memory, and is not needed again."""
    with ProcessPoolExecutor(1, mp_context=get_context("fork" if sys.platform == "linux" else "spawn")) as translator:
        return translator.submit(load_template, path, overrides, stack_name, region).result()


def _allow_many_sockets() -> None:
    """Raise the limit of open files: each stream takes two sockets, and some systems start at 256."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _cloud(endpoint_url: str, emulator_url: Callable[[], str] | None) -> Cloud:
    if emulator_url:
        endpoint_url = emulator_url()
    elif endpoint_url == "aws":
        return clouds.account()
    clouds.forget_user_settings()
    return clouds.emulator(endpoint_url)
