using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Readiness;

/// <summary>What the readiness of a host depends on, as it is now.</summary>
/// <param name="Sends">The sync daemon's instance is master here: this host announces connections, and there are none to learn.</param>
/// <param name="ListeningSince">Since when the daemon that listens has run without a break; null: it does not.</param>
/// <param name="Unwritten">The services that are not in the data plane as they should be.</param>
/// <param name="Unanswered">The services with names of real servers that nobody has said anything of yet.</param>
internal readonly record struct ReadinessFacts(bool Sends, long? ListeningSince, IReadOnlySet<ServiceKey> Unwritten, IReadOnlySet<ServiceKey> Unanswered);
