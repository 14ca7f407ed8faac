using System.Net.Sockets;

namespace HaTools.Engine.Tests.Checks.Tls;

/// <summary>A connection whose bytes leave one by one.</summary>
internal sealed class Dripping(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (int i = 0; i < buffer.Length; i++) await base.WriteAsync(buffer.Slice(i, 1), cancellationToken);
    }
}
