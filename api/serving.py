"""The HTTP service on the command line: `serve` and `keys`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from api.messages import Commands, say
from api.output import emit
from api.shape import examples

Store = Annotated[
    str,
    typer.Option(metavar="URL", envvar="SPRINTPLAN_STORE", help="Where everything is kept: a file, or postgresql://…"),
]
STORE = "sprintplan.db"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        epilog=examples(
            "sprintplan serve",
            "sprintplan serve --open scenario.yaml",
            "sprintplan serve --store plans.db --workers 2",
            "sprintplan serve --host 0.0.0.0 --store postgresql://planner:secret@db/sprintplan",
        )
    )(serve)
    app.add_typer(keys, name="keys")


def serve(
    host: Annotated[str, typer.Option(envvar="SPRINTPLAN_HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, envvar="SPRINTPLAN_PORT", help="Port to listen on.")] = 8750,
    store: Store = STORE,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=256,
            metavar="N",
            envvar="SPRINTPLAN_WORKERS",
            help="Jobs that run at the same time; they share the cores. Default: one for every two cores.",
            show_default=False,
        ),
    ] = None,
    executor: Annotated[
        Literal["local", "dask"],
        typer.Option(envvar="SPRINTPLAN_EXECUTOR", help="Where jobs run: on this machine, or on a Dask cluster."),
    ] = "local",
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            envvar="SPRINTPLAN_SCHEDULER",
            help="The cluster's scheduler, such as tcp://cluster:8786. Default: a cluster on this machine.",
            show_default=False,
        ),
    ] = None,
    queue: Annotated[
        int, typer.Option(min=1, max=1_000_000, envvar="SPRINTPLAN_QUEUE", help="Jobs that may wait.")
    ] = 1000,
    job_seconds: Annotated[
        float, typer.Option(min=1, max=604_800, envvar="SPRINTPLAN_JOB_SECONDS", help="Longest search of a job.")
    ] = 3600,
    plan_seconds: Annotated[
        float,
        typer.Option(
            min=1, max=600, envvar="SPRINTPLAN_PLAN_SECONDS", help="Longest search of a plan that is answered at once."
        ),
    ] = 10,
    job_memory: Annotated[
        int, typer.Option(min=256, max=1_000_000, envvar="SPRINTPLAN_JOB_MEMORY", help="Megabytes a job may take.")
    ] = 4096,
    keep_days: Annotated[
        float,
        typer.Option(min=0.01, max=36_500, envvar="SPRINTPLAN_KEEP_DAYS", help="How long ended jobs are kept."),
    ] = 30,
    cors_origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORIGIN", envvar="SPRINTPLAN_CORS_ORIGIN", help="Web pages that may call from a browser; none."
        ),
    ] = None,
    open_: Annotated[
        Path | None,
        typer.Option(
            "--open",
            metavar="SCENARIO",
            help="Put this scenario on the page, unless it is there already, and show it in the browser.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Serve the page for leads, and plans over HTTP.

    Only this machine is let in, unless --host says otherwise; then every request needs a key.
    """
    from api.service import serve as run

    run(
        host=host,
        port=port,
        store=store,
        workers=workers,
        executor=executor,
        scheduler=scheduler,
        queue=queue,
        job_seconds=job_seconds,
        plan_seconds=plan_seconds,
        job_memory=job_memory,
        keep_days=keep_days,
        cors=tuple(cors_origin or ()),
        open=open_,
    )


keys = typer.Typer(cls=Commands, no_args_is_help=True, help="Make, list and revoke the keys of the HTTP service.")


@keys.command("create", epilog=examples("sprintplan keys create ci --workspace growth --scope plan"))
def create_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who or what it is for.")],
    workspace: Annotated[
        str, typer.Option(metavar="NAME", help="What the key opens: jobs and scenarios of this workspace, no other.")
    ] = "default",
    scope: Annotated[
        Literal["read", "plan", "admin"], typer.Option(help="What it may do; each includes those before it.")
    ] = "plan",
    store: Store = STORE,
) -> None:
    """Make a key and print it: it is shown this once."""
    from api.service import create_key as create

    emit(create(store, workspace, name, scope) + "\n", None)
    say("Keep it now: only a digest is stored.")


@keys.command("list", epilog=examples("sprintplan keys list"))
def list_keys(store: Store = STORE) -> None:
    """List the keys; the keys themselves are not kept."""
    from api.service import key_lines

    emit("".join(f"{line}\n" for line in key_lines(store)), None)


@keys.command("revoke", epilog=examples("sprintplan keys revoke 4f1d2c3b5a697887"))
def revoke_key(
    key: Annotated[str, typer.Argument(metavar="ID", help="The id that `keys list` shows.")], store: Store = STORE
) -> None:
    """End a key at once."""
    from api.service import revoke_key as revoke

    revoke(store, key)
    say(f"revoked {key}")
