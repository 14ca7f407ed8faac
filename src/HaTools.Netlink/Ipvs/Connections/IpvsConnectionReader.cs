using System.Text;

namespace HaTools.Netlink.Ipvs;

/// <summary>
/// Streams IPVS's connection table (ipvsadm -L --connection): one buffer of 64 KiB however many million entries there are, nothing
/// allocated for an entry that the caller does not want as an object. The kernel walks its table without holding it: while connections
/// come and go, one may be missing or come twice. Not thread-safe.
/// </summary>
/// <example><code>
/// using IpvsConnectionReader reader = IpvsConnectionReader.Open();
/// while (reader.Read(out ConnectionLine line)) if (filter.Matches(in line)) count++;
/// </code></example>
public sealed class IpvsConnectionReader : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly Stream stream;
    private readonly string name;
    private readonly byte[] buffer = new byte[BufferBytes];
    private int begin;
    private int end;
    private int lineBegin;
    private int lineLength;
    private bool isHeadingRead;
    private InvalidDataException? otherFile;
    private bool hasOrigin;

    /// <summary>Reads a copy of the kernel's file: a pipe, a saved file.</summary>
    /// <param name="stream">The file from its beginning; the reader disposes of it.</param>
    /// <param name="name">Its name, for errors.</param>
    public IpvsConnectionReader(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        (this.stream, this.name) = (stream, name);
    }

    /// <summary>Opens the table of the calling thread's network namespace; it stays with that one.</summary>
    /// <param name="origins">
    /// Whether to read ip_vs_conn_sync, which tells <see cref="ConnectionLine.Origin"/>, and not ip_vs_conn, which tells the persistence
    /// engine's data.
    /// </param>
    /// <exception cref="IpvsUnavailableException">The kernel has no IPVS.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static IpvsConnectionReader Open(bool origins = false)
    {
        string path = origins ? "/proc/thread-self/net/ip_vs_conn_sync" : "/proc/thread-self/net/ip_vs_conn";
        try
        {
            return new IpvsConnectionReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0), path);
        }
        catch (FileNotFoundException)
        {
            throw new IpvsUnavailableException(null);
        }
    }

    /// <summary>The number of the line that was read last, from 1 (the heading).</summary>
    public long LineNumber { get; private set; }

    /// <summary>Goes to the next entry.</summary>
    /// <param name="line">The entry; until this is called again.</param>
    /// <param name="cancellation">Asked before each 64 KiB are read from the kernel; the reader can be used on.</param>
    /// <returns>False: there is none.</returns>
    /// <exception cref="InvalidDataException">
    /// A line is not in the kernel's format. It is an error and not skipped, since a count without it would be wrong without a word; the
    /// message has the line's number and text, and the next call goes on behind it. Or the file has not the heading of the kernel's: then
    /// every call says so.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public bool Read(out ConnectionLine line, CancellationToken cancellation = default)
    {
        line = default;
        if (!isHeadingRead) ReadHeading(cancellation);
        if (!NextLine(cancellation)) return false;
        if (ConnectionLine.TryParse(buffer.AsSpan(lineBegin, lineLength), hasOrigin, out line)) return true;
        throw Malformed("is not a connection");
    }

    /// <summary>The entries that are left as objects, made one by one while they are enumerated.</summary>
    /// <param name="filter">Which; null: all.</param>
    /// <param name="cancellation">As with <see cref="Read"/>.</param>
    /// <exception cref="InvalidDataException">As <see cref="Read"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<IpvsConnection> ReadAll(IpvsConnectionFilter? filter = null, CancellationToken cancellation = default)
    {
        while (Next(filter, cancellation) is { } connection) yield return connection;
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private IpvsConnection? Next(IpvsConnectionFilter? filter, CancellationToken cancellation)
    {
        while (Read(out ConnectionLine line, cancellation))
            if (filter is null || filter.Matches(in line)) return line.ToConnection();
        return null;
    }

    /// <summary>Where it is another file, every call says so: one that said nothing would be taken for an empty table.</summary>
    private void ReadHeading(CancellationToken cancellation)
    {
        if (otherFile is not null) throw otherFile;
        if (!NextLine(cancellation)) throw otherFile = new InvalidDataException($"{name}: it is empty, and should begin with a heading");
        ReadOnlySpan<byte> heading = buffer.AsSpan(lineBegin, lineLength);
        if (!heading.StartsWith("Pro FromIP"u8)) throw otherFile = Malformed("is not the heading of IPVS's connections");
        hasOrigin = heading.IndexOf(" Origin "u8) >= 0;
        isHeadingRead = true;
    }

    /// <summary>Finds the next line, and reads more of the file where it is not whole.</summary>
    private bool NextLine(CancellationToken cancellation)
    {
        while (true)
        {
            int length = buffer.AsSpan(begin, end - begin).IndexOf((byte)'\n');
            if (length >= 0)
            {
                Take(length);
                begin += length + 1;
                return true;
            }

            if (begin > 0)
            {
                buffer.AsSpan(begin, end - begin).CopyTo(buffer);
                (begin, end) = (0, end - begin);
            }

            if (end == buffer.Length)
            {
                Take(end);
                SkipLine();
                throw Malformed($"is longer than {BufferBytes} bytes");
            }

            cancellation.ThrowIfCancellationRequested();
            int read = stream.Read(buffer, end, buffer.Length - end);
            if (read > 0)
            {
                end += read;
                continue;
            }

            // A last line that has no end.
            if (begin == end) return false;
            Take(end - begin);
            begin = end;
            return true;
        }
    }

    private void Take(int length)
    {
        (lineBegin, lineLength) = (begin, length);
        LineNumber++;
    }

    private void SkipLine()
    {
        (lineBegin, lineLength) = (0, 0);
        while (true)
        {
            end = stream.Read(buffer, 0, buffer.Length);
            begin = buffer.AsSpan(0, end).IndexOf((byte)'\n') + 1;
            if (begin > 0 || end == 0) return;
        }
    }

    private InvalidDataException Malformed(string what)
    {
        const int shown = 200;
        ReadOnlySpan<byte> text = buffer.AsSpan(lineBegin, Math.Min(lineLength, shown));
        string quoted = lineLength == 0 ? "" : $": '{Encoding.Latin1.GetString(text)}{(lineLength > shown ? "…" : "")}'";
        return new InvalidDataException($"{name}: line {LineNumber} {what}{quoted}");
    }
}
