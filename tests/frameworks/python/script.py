"""An agent in plain Python whose tool fails."""

import smart_sre as sre  # connect


def order_lookup(order):
    raise TimeoutError("order service did not answer within 5 s")


def agent(question):
    with sre.run("order-agent", input=question) as run, run.tool("order_lookup", args={"order": 7}) as call:  # connect
        return call.result(order_lookup(7))  # connect


try:
    agent("Where is order 7?")
except TimeoutError as error:
    print(f"the agent failed: {error}")
