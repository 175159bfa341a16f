"""`python -m local.sam`: what `sam local` needs beside it. An emulator with the template's tables and queues.

`sam local` runs functions and routes only, and puts logical ids where references stand: so the tables and queues get
these for names. samconfig.toml points the functions here.
"""

import argparse
import os
import sys
import threading
from pathlib import Path
from typing import Final

from werkzeug.serving import make_server

from local import cloud as clouds
from local.emulator import Handler, SerialDynamoDb
from local.resources import create_resources
from local.template import Template, load_template

_NAMES: Final = {"AWS::DynamoDB::Table": "TableName", "AWS::SQS::Queue": "QueueName"}


def main() -> int:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m local.sam", description=__doc__)
    parser.add_argument("--port", type=int, default=5000, help="where samconfig.toml expects AWS's APIs")
    parser.add_argument("--bind", default="127.0.0.1", help="the address that containers know this machine by")
    parser.add_argument("--template", type=Path, default=Path("template.yaml"))
    arguments = parser.parse_args()
    clouds.forget_user_settings()
    # samtranslator asks boto3 for the region, and boto3 the environment.
    os.environ["AWS_DEFAULT_REGION"] = clouds.DEFAULT_REGION
    server = make_server(arguments.bind, arguments.port, SerialDynamoDb(), threaded=True, request_handler=Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://{arguments.bind}:{server.server_port}"
    template = load_template(arguments.template, {}, "sam", clouds.DEFAULT_REGION)
    create_resources(_named_by_logical_id(template), clouds.emulator(url))
    sys.stdout.write(f"ready endpoint={url}\n")
    sys.stdout.flush()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.shutdown()
    return 0


def _named_by_logical_id(template: Template) -> Template:
    for logical_id, resource in template.document["Resources"].items():
        if name := _NAMES.get(resource["Type"]):
            resource["Properties"][name] = logical_id
    return template


if __name__ == "__main__":
    sys.exit(main())
