# SPDX-License-Identifier: GPL-3.0-or-later
"""A key of alot's search buffer: the bounces of the thread under the cursor, in nixie."""
import subprocess


def open_in_nixie(ui):
    thread = ui.current_buffer.get_selected_thread()
    if thread is None:
        ui.notify("there is no thread under the cursor")
        return
    with ui.paused():
        subprocess.call(["nixie", "tui", "--", "thread:" + thread.get_thread_id()])
