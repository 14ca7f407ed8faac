namespace HaTools.Engine.Control;

/// <summary>A node answered with an error, or not at all (<see cref="Error"/> is then <see cref="Unreachable"/> or <see cref="Unresponsive"/>).</summary>
internal sealed class NodeControlException : Exception
{
    /// <summary>No node of that name runs here, or it went away.</summary>
    public const string Unreachable = "Unreachable";

    /// <summary>The node is there, and has not answered for a long time.</summary>
    public const string Unresponsive = "Unresponsive";

    /// <summary>The caller may not do that.</summary>
    public const string PermissionDenied = "io.hatools.Node.PermissionDenied";

    /// <summary>The configuration cannot run on that host; the message says why and what to do.</summary>
    public const string CannotApply = "io.hatools.Node.CannotApply";

    /// <summary>The node is starting or stopping.</summary>
    public const string NotReady = "io.hatools.Node.NotReady";

    /// <summary>The configuration was made from one that is no longer in force: read it again, and make the change again.</summary>
    public const string Conflict = "io.hatools.Node.Conflict";

    public NodeControlException(string error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    /// <summary>The reason in a word, where there is one: see <see cref="FailureCode"/>.</summary>
    public string? Code { get; init; }

    /// <summary>The error's name.</summary>
    public string Error { get; }
}
