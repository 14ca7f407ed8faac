using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Checks;

// Who has a socket when there are fewer than checks (SocketBudget).
internal sealed unsafe partial class CheckRunner
{
    private readonly long? openFiles;
    private int mostSockets;
    private int openSockets;

    /// <summary>The slots that wait for a socket; an entry holds while the slot has its ticket.</summary>
    private readonly Queue<(int Index, ulong Ticket)> line = new();
    private ulong lastTicket;

    /// <summary>
    /// Begins a try, or puts it into the line of those that wait for a socket. A line, since whoever came again after a while would find that others had been there first, and again: its server
    /// would stay as it is for as long as others hang.
    /// </summary>
    private void BeginOrWait(int index, Slot slot)
    {
        if (openSockets < mostSockets && line.Count == 0)
        {
            Begin(index, slot);
            return;
        }

        slot.Ticket = ++lastTicket;
        line.Enqueue((index, slot.Ticket));
        Schedule(index, DeadlineHeap.Never);
        TellOfTrouble(Errno.EMFILE, slot);
    }

    /// <summary>Those that wait have the sockets that others have closed.</summary>
    private void LetIn()
    {
        while (openSockets < mostSockets && line.TryDequeue(out (int Index, ulong Ticket) first))
        {
            Slot slot = slots[first.Index];
            if (slot.Ticket == first.Ticket) Begin(first.Index, slot);
        }
    }
}
