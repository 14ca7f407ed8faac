using System.Net;

namespace HaTools.Engine.Checks;

internal sealed unsafe partial class CheckRunner
{
    /// <summary>A check that runs, and what it knows.</summary>
    private sealed class Slot
    {
        public readonly byte[] Address = new byte[SocketAddress.Longest];

        public SocketTarget? Target { get; private set; }

        public CheckState State { get; set; }

        /// <summary>Whether it is not tried now, and keeps its state.</summary>
        public bool IsSuspended { get; set; }

        /// <summary>
        /// The socket of a try in progress, -1: none. A bare number, since no other thread ever sees it and a handle object a try would be
        /// litter.
        /// </summary>
        public int Socket { get; set; } = -1;

        /// <summary>Its place in the line of those that wait for a socket; 0: it does not wait.</summary>
        public ulong Ticket { get; set; }

        /// <summary>Counts the slot's connects, so that a report of an earlier socket is told from one of this.</summary>
        public uint Attempt { get; set; }

        /// <summary>What is said once it is connected; null: nothing.</summary>
        public Probe? Probe { get; private set; }

        /// <summary>How far a try with a probe has come.</summary>
        public Phase Phase { get; set; }

        /// <summary>How much of the probe's output is written.</summary>
        public int Written { get; set; }

        /// <summary>What was last told that a person should know of the server.</summary>
        public string? Warning { get; set; }

        public long Started { get; set; }

        public long Due { get; set; }

        /// <summary>What is waited for at the socket (EPOLLIN, EPOLLOUT); 0: it is not watched yet.</summary>
        public uint Interest { get; set; }

        /// <summary>Whether the kernel told of something to read that was not all read yet: it tells of it once (<see cref="WholeTalk"/>).</summary>
        public bool MayHaveInput { get; set; }

        public SocketKind Kind { get; private set; }

        public int Family { get; private set; }

        public uint AddressLength { get; private set; }

        public SocketOrigin? Origin { get; private set; }

        /// <summary>Whether it was told that this host lacks what this check needs.</summary>
        public bool IsLackTold { get; set; }

        public void Retarget(SocketTarget target)
        {
            Target = target;
            State = State with { Retries = 0, Part = 0, IsFailedPart = false };
            Probe = target.MakeProbe();
            Kind = target.Socket;
            IPEndPoint end = target.EndPoint;
            Family = SocketAddress.FamilyOf(end.Address);
            AddressLength = (uint)SocketAddress.Write(end.Address, end.Port, Address);
            IsLackTold = false;
            Ticket = 0;
            Origin = target.Origin is { } origin ? new SocketOrigin(origin, Family) : null;
        }

        public void Clear() => (Target, Probe, Warning, Ticket) = (null, null, null, 0);
    }

    private enum Phase
    {
        Connecting,
        Writing,
        Reading,
    }
}
