using System.Globalization;
using HaTools.Engine.Trackers;
using HaTools.Linux;
using HaTools.Vrrp;
using HaTools.Vrrp.Bfd;

namespace HaTools.Engine.Bfd;

/// <summary>A session's socket, and what others are told of it.</summary>
internal sealed class HostedBfd(BfdSession session, ITrackerSink sink) : IDisposable
{
    // Where a socket looks for its source port: after the one before it, so that no two sessions have one, not even from different addresses (RFC 5881
    // section 4).
    private static int lastPort = Random.Shared.Next();

    private const long LongestPatience = 60_000_000_000;

    private readonly TrackerKey key = new(TrackerKind.Bfd, session.Name);
    private readonly int family = WireAddress.FamilyOf(session.Neighbour);
    private readonly AddressBits neighbour = WireAddress.Of(session.Neighbour);
    private BfdSocket? socket;
    private string? trouble;
    private bool isUp;

    /// <summary>Whether it has been up, or has had the time for it.</summary>
    private bool isSettled;
    private bool adminDown;
    private DateTimeOffset since = DateTimeOffset.Now;

    public BfdSession Session { get; set; } = session;

    /// <summary>No configuration has it any more, and it only says so to the neighbour: what keeps that from going concerns nobody.</summary>
    public bool IsParting { get; set; }

    /// <summary>
    /// How long a session may take to come up: as long as a neighbour may be silent that speaks as often as we do while it is down, in nanoseconds. Until then it says
    /// nothing of servers, which would all be taken out at a start.
    /// </summary>
    public static long PatienceOf(BfdSession session) =>
        Math.Min(session.Multiplier * session.IdleTransmit.Ticks * TimeSpan.NanosecondsPerTick, LongestPatience);

    /// <summary>Sends a packet. What keeps it from going is told once, until one has gone; the next packet tries again.</summary>
    public void Send(ReadOnlySpan<byte> payload, int port)
    {
        int errno;
        try
        {
            socket ??= Open();
            errno = socket.Send(payload, neighbour, port);
        }
        catch (LinuxException e)
        {
            Tell(e.Message);
            return;
        }

        if (errno != 0) Tell($"sending to {Session.Neighbour}: {Errno.Name(errno)}");
        else trouble = null;
    }

    /// <summary>
    /// Before the session has been up it counts as down, as with keepalived. A neighbour that was switched off by its administrator changes
    /// nothing (RFC 5882 section 3.2), nor does it when it is switched on again and the session comes up once more, on its way through Init.
    /// </summary>
    public void OnStateChanged(in BfdAction action)
    {
        adminDown = action is { To: BfdState.Down, NeighbourIsAdminDown: true };
        bool up = action.To == BfdState.Up;
        if (up == isUp || action.To is BfdState.AdminDown or BfdState.Init) return;
        string message = up
            ? $"BFD_Instance({Session.Name}) Entering Up state"
            : $"BFD_Instance({Session.Name}) Entering Down state (Local diagnostic - {Words(action.Diagnostic)}, "
                + $"Remote diagnostic - {Words(action.RemoteDiagnostic)})";
        if (adminDown)
        {
            sink.OnTrackerLog(key, $"{message}: the neighbour was switched off by its administrator; what follows the session is not told");
            return;
        }

        isUp = up;
        isSettled = true;
        since = DateTimeOffset.Now;
        sink.OnTracker(key, up ? HaTrackerStateKind.Up : HaTrackerStateKind.Down, message);
        TellReading();
    }

    /// <summary>Tells all who follow it, instances and checks.</summary>
    public void TellReading() => sink.OnReading(key, isUp || isSettled ? TrackerReading.Of(isUp) : TrackerReading.NotYetUp);

    /// <summary>It has had the time to come up.</summary>
    public void Settle()
    {
        if (isSettled) return;
        isSettled = true;
        TellReading();
    }

    public HaTrackerState State(BfdMachine machine) => new()
    {
        Name = Session.Name,
        Type = HaTrackerType.Bfd,
        State = isUp ? HaTrackerStateKind.Up : HaTrackerStateKind.Down,
        Since = since,
        LastResult = Describe(machine),
    };

    public void Dispose()
    {
        socket?.Dispose();
        socket = null;
    }

    private static string Words(BfdDiagnostic diagnostic) => diagnostic switch
    {
        BfdDiagnostic.None => "No Diagnostic",
        BfdDiagnostic.ControlDetectionTimeExpired => "Control Detection Time Expired",
        BfdDiagnostic.EchoFunctionFailed => "Echo Function Failed",
        BfdDiagnostic.NeighbourSignalledSessionDown => "Neighbor Signaled Session Down",
        BfdDiagnostic.ForwardingPlaneReset => "Forwarding Plane Reset",
        BfdDiagnostic.PathDown => "Path Down",
        BfdDiagnostic.ConcatenatedPathDown => "Concatenated Path Down",
        BfdDiagnostic.AdministrativelyDown => "Administratively Down",
        BfdDiagnostic.ReverseConcatenatedPathDown => "Reverse Concatenated Path Down",
        _ => $"{(int)diagnostic}",
    };

    private string Describe(BfdMachine machine)
    {
        string with = $"{machine.State} with {Session.Neighbour}";
        if (trouble is not null) return $"{with}; {trouble}";
        if (adminDown) return $"{with}, which its administrator has switched off";
        return machine.State == BfdState.Up
            ? $"{with}: sends every {Milliseconds(machine.TransmitInterval)}, misses it after {Milliseconds(machine.DetectionTime)}"
            : $"{with}: {Words(machine.Diagnostic)}";
    }

    private static string Milliseconds(long microseconds) => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1000m:0.###} ms");

    private BfdSocket Open()
    {
        AddressBits source = Session.Source is { } address ? WireAddress.Of(address) : 0;
        return BfdSocket.Open(family, source, Session.Ttl ?? VrrpProtocol.Ttl, Interlocked.Increment(ref lastPort));
    }

    private void Tell(string what)
    {
        if (IsParting || trouble == what) return;
        trouble = what;
        sink.OnTrackerWarning(key, $"BFD_Instance({Session.Name}) {what}");
    }
}
