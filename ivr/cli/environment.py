"""The settings of this process, or its end with every fault named."""

import os
from pathlib import Path

import click

from ivr.adapters.settings.read_settings import read_settings
from ivr.adapters.settings.settings import Settings, SettingsFault
from ivr.cli.findings import end_with
from ivr.domain.yaml_source.finding import line_of


def settings_or_end() -> Settings:
    try:
        settings = read_settings(os.environ, read_bytes=lambda path: Path(path).read_bytes())
    except SettingsFault as fault:
        end_with(fault.findings, "the environment has faults, so nothing was started")
    for warning in settings.warnings:
        click.echo(line_of(warning), err=True)
    return settings
