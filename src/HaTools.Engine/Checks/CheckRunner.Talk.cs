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

    /// <summary>
    /// All that a try over a stream waits for, from its connection to its end: each is told of once, when it comes, so that the kernel need not be told at each turn what is waited for next.
    /// Until the connection is made neither comes.
    /// </summary>
    private const uint WholeTalk = Libc.EPOLLIN | Libc.EPOLLOUT | Libc.EPOLLET;

    /// <summary>How much of a stream is read at once.</summary>
    private const int StreamPart = 16384;

    // The longest datagram has its place in it.
    private readonly byte[] input = GC.AllocateUninitializedArray<byte>(65536, pinned: true);

    /// <summary>Does what can be done without waiting.</summary>
    private void Talk(int index, Slot slot, Probe probe, uint events)
    {
        if ((events & ~Libc.EPOLLOUT) != 0) slot.MayHaveInput = true;
        if (slot.Phase != Phase.Connecting) GoOn(index, slot, probe);
        else if (ErrorOf(slot, events) is var error and not 0) Finish(index, slot, error);
        else Open(index, slot, probe);
    }

    /// <summary>It is connected.</summary>
    private void Open(int index, Slot slot, Probe probe)
    {
        slot.Phase = Phase.Reading;
        if (Follow(index, slot, probe.Begin(slot.State.Part))) GoOn(index, slot, probe);
    }

    private void GoOn(int index, Slot slot, Probe probe)
    {
        if (slot.Phase == Phase.Writing && !Write(index, slot, probe)) return;
        if (slot.MayHaveInput) Read(index, slot, probe);
        else Await(index, slot, Phase.Reading, Libc.EPOLLIN);
    }

    /// <summary>The time is over. If it is this thread that was late, what the server said meanwhile waits unread, and it has had no time to answer what it was not asked.</summary>
    private void GiveUp(int index, Slot slot, long late)
    {
        uint attempt = slot.Attempt;
        if (EventsOf(slot) is var events and not 0) Talk(index, slot, slot.Probe!, events);
        if (slot.Socket < 0 || slot.Attempt != attempt) return;
        if (late > Late) Schedule(index, MonotonicClock.Now + late);
        else Finish(index, slot, slot.Probe!.IsSilenceGood, Errno.ETIMEDOUT);
    }

    /// <summary>Writes what the probe has to say; true: there may be something to read then.</summary>
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
                if (slot.Kind.IsDatagram) Conclude(index, slot, error);
                else if (error == Errno.EAGAIN) Await(index, slot, Phase.Writing, Libc.EPOLLOUT);
                else Finish(index, slot, error);
                return false;
            }

            slot.Written += (int)sent;
            left = left[(int)sent..];
        }

        Await(index, slot, Phase.Reading, Libc.EPOLLIN);
        return slot.MayHaveInput;
    }

    private void Read(int index, Slot slot, Probe probe)
    {
        for (int i = 0; i < ReadsAtOnce; i++)
        {
            if (!Receive(slot, out nint count)) continue;
            if (count < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error == Errno.EINTR || IsOfRedirect(slot, error)) continue;
                if (error != Errno.EAGAIN)
                {
                    Finish(index, slot, error);
                    return;
                }

                slot.MayHaveInput = false;
                Await(index, slot, Phase.Reading, Libc.EPOLLIN);
                return;
            }

            bool isOver = count == 0 && !slot.Kind.IsDatagram;
            if (!Follow(index, slot, isOver ? probe.Closed() : probe.Received(input.AsSpan(0, (int)count)))) return;
            if (slot.Phase == Phase.Writing && !Write(index, slot, probe)) return;
        }

        // There may be more: others have their turn first. What has been told once of is not told of again, unless it is asked for anew.
        Await(index, slot, Phase.Reading, Libc.EPOLLIN);
        if ((slot.Interest & Libc.EPOLLET) != 0) epoll.Modify(slot.Socket, TokenOf(index, slot), slot.Interest);
    }

    /// <summary>Does what the probe wants; false: the try is over.</summary>
    private bool Follow(int index, Slot slot, ProbeStep step)
    {
        switch (step)
        {
            case ProbeStep.Good or ProbeStep.Bad:
                SayFarewell(slot, slot.Probe!.Farewell);
                Finish(index, slot, step == ProbeStep.Good, 0);
                return false;
            case ProbeStep.Write:
                slot.Written = 0;
                slot.Phase = Phase.Writing;
                return true;
            default:
                return true;
        }
    }

    // That it does not arrive takes nothing from the verdict.
    private static void SayFarewell(Slot slot, ReadOnlySpan<byte> words)
    {
        if (words.IsEmpty) return;
        fixed (byte* bytes = words) _ = Libc.send(slot.Socket, bytes, (nuint)words.Length, Libc.MSG_NOSIGNAL);
    }

    private void Await(int index, Slot slot, Phase phase, uint interest)
    {
        slot.Phase = phase;
        if ((slot.Interest & interest) == interest) return;
        if (slot.Interest == 0) epoll.Add(slot.Socket, TokenOf(index, slot), interest);
        else epoll.Modify(slot.Socket, TokenOf(index, slot), interest);
        slot.Interest = interest;
    }

    private static ulong TokenOf(int index, Slot slot) => ((ulong)slot.Attempt << 32) | (uint)index;
}
