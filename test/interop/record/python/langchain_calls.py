"""A LangChain agent with a tool, once with each provider, a stream, and failures of a tool and of a model."""

from langchain.agents import create_agent
from langchain_anthropic import ChatAnthropic
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

QUESTION = {"messages": [{"role": "user", "content": "What is the weather in Oslo?"}]}
CONFIG = {"metadata": {"session_id": "session-1", "user_id": "user-1"}}


@tool
def get_weather(city: str) -> str:
    """Gives the weather of a city."""
    return f"4 degrees and rain in {city}"


@tool
def broken_tool() -> str:
    """Fails."""
    raise ValueError("The weather service does not answer.")


def run():
    openai = ChatOpenAI(model="gpt-5-mini", max_retries=0, stream_usage=True)
    claude = ChatAnthropic(model="claude-sonnet-4-5", max_retries=0)
    create_agent(openai, [get_weather], name="weather_agent").invoke(QUESTION, CONFIG)
    create_agent(claude, [get_weather], name="claude_agent").invoke(QUESTION, CONFIG)
    for _ in openai.stream("What is the weather in Oslo?"):
        pass
    for action in (lambda: broken_tool.invoke({}), lambda: ChatOpenAI(model="no-such-model").invoke("Hello")):
        try:
            action()
        except Exception as error:  # The failure is what is recorded.
            print(type(error).__name__)
