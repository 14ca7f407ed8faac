using System.Buffers;
using System.Threading.Tasks.Sources;

namespace HaTools.Engine.Checks.Tls;

/// <summary>
/// What an <see cref="System.Net.Security.SslStream"/> takes for its connection: it reads what has come, and what it writes waits to be sent. Nothing waits, and nothing leaves the thread: who
/// feeds it runs what waited for the food, before the call is over.
/// </summary>
/// <remarks>It holds no more than what came with one call, and what was said to that: the stream always takes all, or its try is over.</remarks>
internal sealed class TlsPipe : Stream, IValueTaskSource<int>
{
    private const int FirstOutput = 1024;

    private ManualResetValueTaskSourceCore<int> reading;
    private Memory<byte> wanted;
    private bool isWaiting;
    private byte[]? input;
    private int taken;
    private int given;
    private byte[]? output;
    private int outputLength;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>What is to be sent.</summary>
    public ReadOnlySpan<byte> Output => output.AsSpan(0, outputLength);

    /// <summary>Whether the server will send no more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether the stream waits for bytes.</summary>
    public bool IsWaiting => isWaiting;

    /// <summary>Takes what has come, and hands it on as far as it is asked for.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        Digest();
        input = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(input);
        (taken, given) = (0, bytes.Length);
        if (isWaiting) Answer(Take(wanted.Span));
    }

    /// <summary>Gives the room back that <see cref="Feed"/> took.</summary>
    public void Digest()
    {
        if (input is null) return;
        ArrayPool<byte>.Shared.Return(input);
        (input, taken, given) = (null, 0, 0);
    }

    /// <summary>The server will send no more.</summary>
    public void End()
    {
        HasEnded = true;
        if (isWaiting) Answer(0);
    }

    /// <summary>What was to be sent has been sent.</summary>
    public void Sent() => outputLength = 0;

    /// <summary>Begins with another connection.</summary>
    public void Reset()
    {
        (wanted, isWaiting, HasEnded) = (default, false, false);
        Digest();
        outputLength = 0;
        if (output is null) return;
        ArrayPool<byte>.Shared.Return(output);
        output = null;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (taken < given) return new ValueTask<int>(Take(buffer.Span));
        if (HasEnded) return new ValueTask<int>(0);
        (wanted, isWaiting) = (buffer, true);
        reading.Reset();
        return new ValueTask<int>(this, reading.Version);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Grow(outputLength + buffer.Length);
        buffer.CopyTo(output.AsSpan(outputLength));
        outputLength += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Reading would wait.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => reading.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => reading.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        reading.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);

    private void Answer(int count)
    {
        (wanted, isWaiting) = (default, false);
        reading.SetResult(count);
    }

    private int Take(Span<byte> room)
    {
        int count = Math.Min(room.Length, given - taken);
        input.AsSpan(taken, count).CopyTo(room);
        taken += count;
        return count;
    }

    private void Grow(int length)
    {
        if (output?.Length >= length) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(length, FirstOutput));
        if (output is not null)
        {
            output.AsSpan(0, outputLength).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(output);
        }

        output = larger;
    }
}
