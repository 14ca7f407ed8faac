using System.Runtime.InteropServices;
using HaTools.Linux;

namespace HaTools.Engine.Checks;

// Tries that say something once they are connected.
internal sealed unsafe partial class CheckRunner
{
    /// <summary>How often one server is read from before it is another's turn.</summary>
    private const int ReadsAtOnce = 4;

    /// <summary>A thread that is later than this gives a try the time back that it took from it.</summary>
    private const long Late = 100_000_000;

    private readonly byte[] input = GC.AllocateUninitializedArray<byte>(16384, pinned: true);

    /// <summary>Does what can be done without waiting.</summary>
    private void Talk(int index, Slot slot, Probe probe)
    {
        if (slot.Phase == Phase.Connecting)
        {
            int error = ErrorOf(slot);
            if (error != 0)
            {
                Finish(index, slot, error);
                return;
            }

            slot.Phase = Phase.Writing;
            slot.Written = 0;
            if (!Follow(index, slot, probe.Begin(slot.State.Part))) return;
        }

        if (slot.Phase == Phase.Writing) _ = Write(index, slot, probe);
        else Read(index, slot, probe);
    }

    /// <summary>The time is over. If it is this thread that was late, what the server said meanwhile waits unread, and it has had no time to answer what it was not asked.</summary>
    private void GiveUp(int index, Slot slot, long late)
    {
        uint attempt = slot.Attempt;
        if (HasAnswered(slot)) Talk(index, slot, slot.Probe!);
        if (slot.Socket < 0 || slot.Attempt != attempt) return;
        if (late > Late) Schedule(index, MonotonicClock.Now + late);
        else Finish(index, slot, Errno.ETIMEDOUT);
    }

    /// <summary>Writes what the probe has to say; false: there is more to write, or the try is over.</summary>
    private bool Write(int index, Slot slot, Probe probe)
    {
        ReadOnlySpan<byte> left = probe.Output[slot.Written..];
        while (!left.IsEmpty)
        {
            nint sent;
            fixed (byte* bytes = left) sent = Libc.send(slot.Socket, bytes, (nuint)left.Length, Libc.MSG_NOSIGNAL);
            if (sent < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error == Errno.EINTR) continue;
                if (error != Errno.EAGAIN) Finish(index, slot, error);
                return false;
            }

            slot.Written += (int)sent;
            left = left[(int)sent..];
        }

        Turn(index, slot, Phase.Reading, Libc.EPOLLIN);
        return true;
    }

    private void Read(int index, Slot slot, Probe probe)
    {
        for (int i = 0; i < ReadsAtOnce; i++)
        {
            nint count;
            fixed (byte* bytes = input) count = Libc.recv(slot.Socket, bytes, (nuint)input.Length, 0);
            if (count < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error == Errno.EINTR) continue;
                if (error != Errno.EAGAIN) Finish(index, slot, error);
                return;
            }

            if (!Follow(index, slot, count == 0 ? probe.Closed() : probe.Received(input.AsSpan(0, (int)count)))) return;
            if (slot.Phase == Phase.Writing && !Write(index, slot, probe)) return;
        }
    }

    /// <summary>Does what the probe wants; false: the try is over.</summary>
    private bool Follow(int index, Slot slot, ProbeStep step)
    {
        switch (step)
        {
            case ProbeStep.Good or ProbeStep.Bad:
                Finish(index, slot, step == ProbeStep.Good, 0);
                return false;
            case ProbeStep.Write:
                slot.Written = 0;
                if (slot.Phase == Phase.Reading) Turn(index, slot, Phase.Writing, Libc.EPOLLOUT);
                return true;
            default:
                if (slot.Phase == Phase.Writing) Turn(index, slot, Phase.Reading, Libc.EPOLLIN);
                return true;
        }
    }

    private void Turn(int index, Slot slot, Phase phase, uint interest)
    {
        slot.Phase = phase;
        epoll.Modify(slot.Socket, ((ulong)slot.Attempt << 32) | (uint)index, interest);
    }
}
