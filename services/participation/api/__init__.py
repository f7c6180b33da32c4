"""What participation can be asked: about people and about money, in one table each of commands, questions and readings."""

from services.participation.api import money, people

COMMANDS = (*people.COMMANDS, *money.COMMANDS)
QUESTIONS = (*people.QUESTIONS, *money.QUESTIONS)
READINGS = money.READINGS
