using HaTools.Engine.Logging;
using HaTools.Engine.Tests.Vrrp;

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
