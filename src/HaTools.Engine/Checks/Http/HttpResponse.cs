using System.Buffers.Text;
using System.Text;

namespace HaTools.Engine.Checks.Http;

/// <summary>
/// Reads the response of a web server (RFC 9112) from parts of any size: the head, and where the body ends. Interim responses are passed over, chunks unwrapped. It keeps one line, cut
/// after <see cref="LongestLine"/> bytes, whatever comes.
/// </summary>
internal sealed class HttpResponse(IHttpBody body)
{
    /// <summary>How much of a line is looked at.</summary>
    public const int LongestLine = 256;

    /// <summary>How many bytes the head, and what follows the chunks, may have.</summary>
    public const int LongestHead = 65536;

    private readonly byte[] line = new byte[LongestLine];
    private int length;
    private bool isCut;
    private int headBytes;
    private State state;
    private int status;
    private bool isChunked;
    private long? said;
    private long left;

    private enum State
    {
        Status,
        Header,
        UntilClosed,
        Counted,
        ChunkSize,
        Chunk,
        ChunkEnd,
        Trailer,
        Done,
        Broken,
    }

    /// <summary>Whether the response is whole.</summary>
    public bool IsDone => state == State.Done;

    /// <summary>Why it is no response, in words; null: it may be one.</summary>
    public string? Fault { get; private set; }

    /// <summary>After how many seconds it may be asked again (RFC 9110 section 10.2.3); null: it does not say, or says a time of day.</summary>
    public long? RetryAfter { get; private set; }

    /// <summary>Begins with another response.</summary>
    public void Reset()
    {
        (state, headBytes, Fault) = (State.Status, 0, null);
        ResetHead();
    }

    /// <summary>Takes the next part in; what comes behind the response is left.</summary>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && state < State.Done)
        {
            switch (state)
            {
                case State.UntilClosed:
                    body.Part(bytes);
                    return;
                case State.Counted or State.Chunk:
                    int part = (int)Math.Min(left, bytes.Length);
                    body.Part(bytes[..part]);
                    bytes = bytes[part..];
                    left -= part;
                    if (left == 0) state = state == State.Counted ? State.Done : State.ChunkEnd;
                    break;
                default:
                    bytes = bytes[TakeLine(bytes)..];
                    break;
            }
        }
    }

    /// <summary>The server will send no more.</summary>
    public void Close()
    {
        if (state == State.UntilClosed) state = State.Done;
        else if (state < State.Done) Break(state is State.Status && length == 0 && headBytes == 0 ? "it closed the connection without a response" : "it closed the connection before its response was whole");
    }

    private int TakeLine(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)'\n');
        int taken = end < 0 ? bytes.Length : end + 1;
        ReadOnlySpan<byte> content = end < 0 ? bytes : bytes[..end];
        int kept = Math.Min(content.Length, LongestLine - length);
        content[..kept].CopyTo(line.AsSpan(length));
        length += kept;
        isCut |= kept < content.Length;
        if (state is State.ChunkSize or State.ChunkEnd)
        {
            if (isCut) Break("the size of a chunk has no end");
        }
        else if ((headBytes += Math.Min(taken, LongestHead + 1 - headBytes)) > LongestHead) Break($"its head has no end");

        if (end < 0 || state == State.Broken) return taken;
        ReadOnlySpan<byte> whole = line.AsSpan(0, length);
        if (!isCut && whole.EndsWith("\r"u8)) whole = whole[..^1];
        Line(whole);
        (length, isCut) = (0, false);
        return taken;
    }

    private void Line(ReadOnlySpan<byte> text)
    {
        switch (state)
        {
            case State.Status:
                StatusLine(text);
                break;
            case State.Header when text.IsEmpty:
                EndOfHead();
                break;
            case State.Header:
                Header(text);
                break;
            case State.ChunkSize:
                ChunkSize(text);
                break;
            case State.ChunkEnd when text.IsEmpty:
                state = State.ChunkSize;
                break;
            case State.ChunkEnd:
                Break("a chunk is longer than it says");
                break;
            case State.Trailer when text.IsEmpty:
                state = State.Done;
                break;
        }
    }

    // HTTP/1.1 200 OK; the words behind the code may be missing, with their space.
    private void StatusLine(ReadOnlySpan<byte> text)
    {
        if (text.Length >= 12 && text.StartsWith("HTTP/"u8) && IsDigit(text[5]) && text[6] == '.' && IsDigit(text[7]) && text[8] == ' '
            && Utf8Parser.TryParse(text.Slice(9, 3), out status, out int digits) && digits == 3 && status >= 100 && (text.Length == 12 || text[12] == ' '))
            state = State.Header;
        else Break("it does not answer in HTTP");
    }

    private void Header(ReadOnlySpan<byte> text)
    {
        int colon = text.IndexOf((byte)':');
        if (colon <= 0) return;
        ReadOnlySpan<byte> name = text[..colon], value = text[(colon + 1)..].Trim(" \t"u8);
        if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
        {
            if (isCut || !TryNumber(value, out long count)) Break("its Content-Length is no number");
            else if (said is { } before && before != count) Break("it has two Content-Lengths");
            else said = count;
        }
        else if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
        {
            // Whether it is the last of them that tells where the body ends; what was done to the body before is not undone.
            int comma = value.LastIndexOf((byte)',');
            isChunked = Ascii.EqualsIgnoreCase(value[(comma + 1)..].Trim(" \t"u8), "chunked"u8);
            if (isCut) Break("its Transfer-Encoding has no end");
        }
        else if (Ascii.EqualsIgnoreCase(name, "retry-after"u8) && !isCut && TryNumber(value, out long seconds))
        {
            RetryAfter = seconds;
        }
    }

    private void EndOfHead()
    {
        if (status is >= 100 and < 200 and not 101)
        {
            // An interim response: the one that is meant follows.
            state = State.Status;
            ResetHead();
            return;
        }

        if (!body.Head(status)) state = State.Done;
        else if (status is 101 or 204 or 304) state = State.Done;
        else if (isChunked) state = State.ChunkSize;
        else if (said is not { } count) state = State.UntilClosed;
        else (state, left) = (count == 0 ? State.Done : State.Counted, count);
    }

    private void ChunkSize(ReadOnlySpan<byte> text)
    {
        int extension = text.IndexOf((byte)';');
        ReadOnlySpan<byte> digits = (extension < 0 ? text : text[..extension]).Trim(" \t"u8);
        if (digits.Length is 0 or > 15 || !Utf8Parser.TryParse(digits, out long size, out int read, 'x') || read != digits.Length || size < 0) Break("the size of a chunk is no number");
        else (state, left) = (size == 0 ? State.Trailer : State.Chunk, size);
    }

    private void ResetHead() => (length, isCut, status, isChunked, said, RetryAfter) = (0, false, 0, false, null, null);

    private void Break(string fault)
    {
        state = State.Broken;
        Fault ??= fault;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        return text.Length is > 0 and <= 18 && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && Utf8Parser.TryParse(text, out number, out _);
    }

    private static bool IsDigit(byte b) => b is >= (byte)'0' and <= (byte)'9';
}
