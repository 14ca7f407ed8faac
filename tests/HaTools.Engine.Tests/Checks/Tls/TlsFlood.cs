using System.Net.Sockets;

namespace HaTools.Engine.Tests.Checks.Tls;

/// <summary>A handshake without end: hello_request, which a client that shakes hands reads over (RFC 5246 section 7.4.1.1), again and again.</summary>
internal static class TlsFlood
{
    private const int InRecord = 4096;

    private static readonly byte[] Record = [.. Convert.FromHexString("1603034000"), .. new byte[InRecord * 4]];

    /// <param name="call">The connection.</param>
    /// <param name="sent">Hears of each part, in bytes.</param>
    public static async Task SendAsync(Socket call, Action<int>? sent = null)
    {
        while (true)
        {
            await call.SendAsync(Record);
            sent?.Invoke(Record.Length);
        }
    }
}
