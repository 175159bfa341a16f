"""A crew whose tool fails, with a fake model. The framework tries again, gives the error to the model and ends well."""

from crewai import Agent, BaseLLM, Crew, Task
from crewai.tools import tool

import smart_sre  # connect

smart_sre.instrument("crewai")  # connect

CALL = 'Thought: I look it up\nAction: order_lookup\nAction Input: {"order": 7}'
answers = iter([CALL, "Thought: I give up\nFinal Answer: I cannot say."])


class FakeModel(BaseLLM):
    def call(self, messages, tools=None, callbacks=None, available_functions=None, **kwargs):
        return next(answers)

    def supports_function_calling(self):
        return False

    def get_context_window_size(self):
        return 8_000


@tool("order_lookup")
def order_lookup(order: int) -> str:
    """Look up an order."""
    raise TimeoutError("order service did not answer within 5 s")


agent = Agent(role="clerk", goal="find orders", backstory="patient", tools=[order_lookup], llm=FakeModel(model="fake"))
task = Task(description="Where is order 7?", expected_output="a place", agent=agent)
print(f"the crew said: {Crew(agents=[agent], tasks=[task], name='order-agent').kickoff()}")
