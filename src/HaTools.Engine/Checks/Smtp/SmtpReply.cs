namespace HaTools.Engine.Checks.Smtp;

/// <summary>
/// Reads a mail server's reply from parts of any size (RFC 5321 section 4.2): lines that begin with the same three digits, a hyphen behind those of all but the last. It keeps the beginning of
/// one line, whatever comes.
/// </summary>
internal sealed class SmtpReply
{
    /// <summary>How much of a line is kept, in bytes.</summary>
    public const int KeptOfLine = 128;

    /// <summary>How many bytes a reply may have; one line has 512 at most.</summary>
    public const int Longest = 16384;

    private const int CodeLength = 3;

    private readonly byte[] line = new byte[KeptOfLine];
    private int kept;
    private int length;

    /// <summary>The code, once there is a line; 0 before.</summary>
    public int Code { get; private set; }

    /// <summary>Whether the reply is whole.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Why it is no reply, in words; null: it may be one.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether anything has come.</summary>
    public bool HasBegun => length > 0;

    /// <summary>The last line, as far as it was kept; what is not printable shows as a question mark.</summary>
    public string Text => string.Create(kept, line, static (text, bytes) =>
    {
        for (int i = 0; i < text.Length; i++) text[i] = bytes[i] is >= (byte)' ' and <= (byte)'~' ? (char)bytes[i] : '?';
    });

    /// <summary>Begins with another reply.</summary>
    public void Reset()
    {
        (kept, length, Code) = (0, 0, 0);
        (IsWhole, Fault) = (false, null);
    }

    /// <summary>Takes the next part in; what comes behind the reply is left.</summary>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !IsWhole && Fault is null)
        {
            int end = bytes.IndexOf((byte)'\n');
            int taken = end < 0 ? bytes.Length : end + 1;
            ReadOnlySpan<byte> part = end < 0 ? bytes : bytes[..end];
            int room = Math.Min(part.Length, KeptOfLine - kept);
            part[..room].CopyTo(line.AsSpan(kept));
            kept += room;
            length += Math.Min(taken, Longest + 1 - length);
            if (length > Longest) Fault = "its reply has no end";
            else if (end >= 0) TakeLine();
            bytes = bytes[taken..];
        }
    }

    private void TakeLine()
    {
        if (kept > 0 && line[kept - 1] == '\r') kept--;
        ReadOnlySpan<byte> text = line.AsSpan(0, kept);
        if (text.Length < CodeLength || text[..CodeLength].ContainsAnyExceptInRange((byte)'0', (byte)'9') || (text.Length > CodeLength && text[CodeLength] is not ((byte)' ' or (byte)'-')))
        {
            Fault = "it does not speak SMTP";
            return;
        }

        int code = (100 * (text[0] - '0')) + (10 * (text[1] - '0')) + text[2] - '0';
        if (Code != 0 && Code != code)
        {
            Fault = "its reply has two codes";
            return;
        }

        Code = code;
        IsWhole = text.Length == CodeLength || text[CodeLength] == (byte)' ';
        if (!IsWhole) kept = 0;
    }
}
