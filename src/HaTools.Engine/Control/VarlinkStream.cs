using System.Buffers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HaTools.Engine.Control;

/// <summary>Messages of Varlink over a stream socket: JSON texts, each ended by a NUL byte.</summary>
internal sealed class VarlinkStream : IDisposable
{
    private const int FirstBufferSize = 4096;
    private readonly Socket socket;
    private readonly int longestMessage;
    private readonly ArrayBufferWriter<byte> output = new(FirstBufferSize);
    private byte[] input = new byte[FirstBufferSize];
    private int start;
    private int end;
    private int searched;

    /// <param name="socket">A connected stream socket; it is closed with this object.</param>
    /// <param name="longestMessage">The longest message taken, in bytes: what the other side sends must not decide how much memory is used.</param>
    public VarlinkStream(Socket socket, int longestMessage) => (this.socket, this.longestMessage) = (socket, longestMessage);

    /// <summary>The next message without its NUL, valid until the next call; null: the other side closed.</summary>
    /// <exception cref="InvalidDataException">The message is too long, or ends in its middle.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int terminator = input.AsSpan(searched, end - searched).IndexOf((byte)0);
            if (terminator >= 0)
            {
                var message = new ReadOnlyMemory<byte>(input, start, searched + terminator - start);
                start = searched = searched + terminator + 1;
                return message;
            }

            searched = end;
            if (end - start > longestMessage) throw new InvalidDataException($"A message of more than {longestMessage} bytes.");
            MakeRoom();
            int read = await socket.ReceiveAsync(input.AsMemory(end), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (read == 0) return start == end ? null : throw new InvalidDataException("The connection ended in the middle of a message.");
            end += read;
        }
    }

    public async ValueTask WriteAsync<T>(T message, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        output.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(output)) JsonSerializer.Serialize(writer, message, type);
        output.GetSpan(1)[0] = 0;
        output.Advance(1);
        for (ReadOnlyMemory<byte> rest = output.WrittenMemory; rest.Length > 0;)
            rest = rest[await socket.SendAsync(rest, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
    }

    public void Dispose() => socket.Dispose();

    private void MakeRoom()
    {
        if (start > 0)
        {
            input.AsSpan(start, end - start).CopyTo(input);
            (searched, end, start) = (searched - start, end - start, 0);
        }

        if (end == input.Length) Array.Resize(ref input, Math.Min(input.Length * 2, longestMessage + FirstBufferSize));
    }
}
