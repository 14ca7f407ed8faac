namespace HaTools.Engine.Network;

/// <summary>Hears what happens to the addresses, routes and rules that are kept; called on the keeper's thread.</summary>
internal interface INetworkSink
{
    /// <summary>Something to tell a person.</summary>
    /// <param name="kind">Log or Warning.</param>
    /// <param name="subject">The instance, or null for what is the node's.</param>
    /// <param name="message">The words.</param>
    void OnNetwork(string kind, string? subject, string message);

    /// <summary>Whether everything of a <see cref="StaticTrackGroup"/> is in its place.</summary>
    void OnTrackGroup(string group, bool up);
}
