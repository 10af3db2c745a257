"""Stands for the functions of all systems: a trigger answers with the event that it was given."""


def handle(event, context):
    return event
