from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.batch.frames import Frame, FrameBuffer, receive, send

FRAMES = st.lists(
    st.builds(Frame, st.dictionaries(st.text(max_size=5), st.text(max_size=9), max_size=3), st.binary(max_size=50)), max_size=5
)


def sent(frames):
    import os

    read_end, write_end = os.pipe()
    for frame in frames:
        send(write_end, frame)
    os.close(write_end)
    return read_end


@given(frames=FRAMES)
def test_frames_that_were_sent_are_received(frames):
    import os

    read_end = sent(frames)
    assert list(receive(read_end)) == frames
    os.close(read_end)


@given(frames=FRAMES, size=st.integers(1, 40))
def test_frames_come_out_whole_however_they_are_cut(frames, size):
    import os

    read_end = sent(frames)
    content = os.read(read_end, 1 << 20)
    os.close(read_end)
    buffer = FrameBuffer()
    assert [frame for at in range(0, len(content), size) for frame in buffer.feed(content[at : at + size])] == frames
