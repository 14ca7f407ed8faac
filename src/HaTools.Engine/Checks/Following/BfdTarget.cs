using HaTools.Engine.Bfd;
using HaTools.Vrrp;

namespace HaTools.Engine.Checks;

/// <summary>A check that goes by a BFD session.</summary>
/// <param name="Key">Whose check it is.</param>
/// <param name="Session">The session's name.</param>
/// <param name="Patience">How long a session that has not been up yet says nothing, in nanoseconds.</param>
internal sealed record BfdTarget(CheckKey Key, string Session, long Patience) : FollowingTarget(Key, new TrackerKey(TrackerKind.Bfd, Session))
{
    public override string Reason => $"the BFD session {Session} is down";

    public static BfdTarget Of(HaConfiguration configuration, BfdCheck check, CheckKey key)
    {
        BfdSession session = configuration.BfdSessions.First(s => s.Name == check.Session);
        return new BfdTarget(key, session.Name, HostedBfd.PatienceOf(session)) { Alpha = check.Alpha };
    }

    public override FollowedWord? Of(in TrackerReading reading) => reading switch
    {
        { State: TrackerState.Up } => new FollowedWord(true),
        { State: TrackerState.Down, IsProvisional: false } => new FollowedWord(false),
        _ => null,
    };

    public override long FirstWordBy(long now, int count) => now + Patience + Slack;

    public override string Words(bool up, string server) => $"BFD check of [{Session}] RS({server}) is {(up ? "UP" : "DOWN")}";
}
