using HaTools.Engine.Logging;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Logging;

public sealed class LogWriterTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    [Fact]
    public async Task Lines_are_added_to_the_file_with_their_time()
    {
        string path = Path.Combine(Path.GetTempPath(), $"hatools-{Guid.NewGuid():N}.log");
        await File.WriteAllTextAsync(path, "before\n");
        await using (LogWriter log = LogWriter.Open(path)) log.Write(Time, "(VI_1) Entering MASTER STATE");

        Assert.Equal("before\n2026-01-02 03:04:05.678 (VI_1) Entering MASTER STATE\n", await File.ReadAllTextAsync(path));
        File.Delete(path);
    }

    [Fact]
    public async Task A_stream_that_hangs_holds_nobody_up_and_lost_lines_are_counted()
    {
        using var stream = new HangingStream();
        var log = new LogWriter(stream, capacity: 10);
        log.Write(Time, "first");
        await Eventually.True(() => stream.Hanging);

        for (int i = 0; i < 25; i++) log.Write(Time, $"line {i}");
        stream.Release();
        await log.DisposeAsync();

        Assert.Contains("line 9\n", stream.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("line 10\n", stream.Text, StringComparison.Ordinal);
        Assert.Contains("15 log lines were lost", stream.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_was_cut_goes_on_at_its_new_end()
    {
        string path = Path.Combine(Path.GetTempPath(), $"hatools-{Guid.NewGuid():N}.log");
        await using (LogWriter log = LogWriter.Open(path))
        {
            log.Write(Time, "first");
            await Eventually.True(() => File.ReadAllText(path).EndsWith("first\n", StringComparison.Ordinal));

            // As logrotate does with copytruncate, and as another process that logs to the same file does.
            await File.WriteAllTextAsync(path, "other\n");
            log.Write(Time, "second");
        }

        Assert.Equal("other\n2026-01-02 03:04:05.678 second\n", await File.ReadAllTextAsync(path));
        File.Delete(path);
    }

    [Fact]
    public void A_log_that_cannot_be_opened_is_named()
    {
        IOException e = Assert.Throws<LinuxException>(() => LogWriter.Open("/nonexistent/x.log"));
        Assert.StartsWith("ENOENT (no such file or directory): opening the log /nonexistent/x.log", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_that_could_not_be_written_are_counted_once_there_is_room_again()
    {
        using var stream = new FullStream();
        var log = new LogWriter(stream);
        log.Write(Time, "lost");
        await Eventually.True(() => stream.Refused == 1);
        log.Write(Time, "lost too");
        await Eventually.True(() => stream.Refused == 2);
        stream.Full = false;
        log.Write(Time, "kept");
        await log.DisposeAsync();

        Assert.Contains("kept\n", stream.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("lost too", stream.Text, StringComparison.Ordinal);
        Assert.Matches(@" [23] log lines were lost", stream.Text);
    }

    private sealed class FullStream : MemoryStream
    {
        private readonly MemoryStream kept = new();

        public volatile bool Full = true;

        public volatile int Refused;

        public string Text => System.Text.Encoding.UTF8.GetString(kept.ToArray());

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Full)
            {
                Refused++;
                throw new IOException("No space left on device");
            }

            kept.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }

    private sealed class HangingStream : MemoryStream
    {
        private readonly ManualResetEventSlim gate = new();
        private readonly MemoryStream kept = new();

        public volatile bool Hanging;

        public string Text => System.Text.Encoding.UTF8.GetString(kept.ToArray());

        public void Release() => gate.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Hanging = true;
            gate.Wait();
            kept.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }
}
