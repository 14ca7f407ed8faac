using System.Net;

namespace HaTools.Lab.Clients;

/// <summary>How a download ended.</summary>
internal enum DownloadEnd
{
    /// <summary>Not yet.</summary>
    Running,

    /// <summary>With the server's last line, and then its end.</summary>
    Whole,

    /// <summary>The server's end came without its last line.</summary>
    Cut,

    /// <summary>With a reset, or another error of the network.</summary>
    Reset,

    /// <summary>Nothing came for so long that the client gave it up.</summary>
    Stalled,

    /// <summary>It never began: no connection.</summary>
    Refused,
}

/// <summary>A long download of <see cref="Downloads"/>, as its client knows it.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Client">The client's own address and port; null: it was never connected.</param>
/// <param name="Server">The name that the server said; null: it said none.</param>
/// <param name="Bytes">How many have come, the name and the last line included.</param>
/// <param name="End">How it ended.</param>
/// <param name="LastByte">When the last byte came, in seconds since the downloads began.</param>
internal sealed record Download(int Number, IPEndPoint? Client, string? Server, long Bytes, DownloadEnd End, double LastByte)
{
    /// <summary>It ended, and not as the server meant it to.</summary>
    public bool IsBroken => End is not (DownloadEnd.Running or DownloadEnd.Whole);
}
