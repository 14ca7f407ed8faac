namespace HaTools.Engine.Checks;

/// <summary>What a probe wants next.</summary>
internal enum ProbeStep
{
    /// <summary>Bytes of the server.</summary>
    Read,

    /// <summary>That its <see cref="Probe.Output"/> is written; then bytes of the server.</summary>
    Write,

    /// <summary>Nothing: the server is good.</summary>
    Good,

    /// <summary>Nothing: the server is bad, as <see cref="Probe.Reason"/> says.</summary>
    Bad,
}

/// <summary>
/// What is said to a server once it is connected: pure, without a socket and a clock. One probe serves all tries of its check, one after another, and a try that is no news allocates
/// nothing. Whatever a server sends, it takes a bounded amount of memory and throws nothing.
/// </summary>
internal abstract class Probe
{
    /// <summary>What is to be written now.</summary>
    public abstract ReadOnlySpan<byte> Output { get; }

    /// <summary>Why the server is bad, in words. Only after <see cref="ProbeStep.Bad"/>.</summary>
    public abstract string Reason { get; }

    /// <summary>What a person should know of a server that is good, in words: what will take it down; null: nothing. The same words while they are true.</summary>
    public virtual string? Warning => null;

    /// <summary>What the server is told before the connection is closed, if it can be without waiting. Only after <see cref="ProbeStep.Good"/> and <see cref="ProbeStep.Bad"/>.</summary>
    public virtual ReadOnlySpan<byte> Farewell => default;

    /// <summary>What is asked, in words, for a try that did not come to an end.</summary>
    public abstract string Question { get; }

    /// <summary>Whether a server that says nothing is good. Only of datagrams, where it may have nothing to say.</summary>
    public virtual bool IsSilenceGood => false;

    /// <summary>A socket was made for the next try.</summary>
    /// <param name="socketType">SOCK_STREAM, SOCK_DGRAM or SOCK_RAW.</param>
    public virtual void Open(int socketType)
    {
    }

    /// <summary>A try begins, and its connection was made.</summary>
    /// <param name="part">Which part of the check is tried, from 0.</param>
    public abstract ProbeStep Begin(int part);

    /// <summary>Bytes have come.</summary>
    public abstract ProbeStep Received(ReadOnlySpan<byte> bytes);

    /// <summary>The server will send no more.</summary>
    public abstract ProbeStep Closed();

    /// <summary>The try is over, however it ended: what was borrowed goes back.</summary>
    public abstract void End();
}
