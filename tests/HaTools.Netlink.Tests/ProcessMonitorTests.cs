using HaTools.Netlink.Connector;

namespace HaTools.Netlink.Tests;

public sealed class ProcessMonitorTests
{
    [Fact]
    public void Forks_of_processes_are_told_and_those_of_threads_are_not()
    {
        Assert.Equal(
            new ProcessNotification { Kind = ProcessNotificationKind.Forked, ProcessId = 30, ParentId = 20 },
            Decode(0x1, 21, 20, 30, 30));
        Assert.Equal(default, Decode(0x1, 21, 20, 31, 30));
    }

    [Fact]
    public void Executions_names_and_ends_are_told()
    {
        Assert.Equal(new ProcessNotification { Kind = ProcessNotificationKind.Executed, ProcessId = 30 }, Decode(0x2, 30, 30));
        Assert.Equal(new ProcessNotification { Kind = ProcessNotificationKind.Exited, ProcessId = 30 }, Decode(0x80000000, 30, 30, 0, 17));
        Assert.Equal(default, Decode(0x80000000, 31, 30, 0, 17));
        Assert.Equal(
            new ProcessNotification { Kind = ProcessNotificationKind.Renamed, ProcessId = 30, Name = "abcd" },
            Decode(0x200, 30, 30, BitConverter.ToUInt32("abcd"u8), 0, 0, 0));
    }

    [Fact]
    public void The_answer_to_the_request_is_told_from_news()
    {
        Assert.True(ProcessMonitor.TryDecode(Message(0, 0, 0), out bool isAnswer, out _));
        Assert.True(isAnswer);
    }

    [Fact]
    public void No_bytes_are_too_odd_for_it()
    {
        var random = new Random(11);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] message = Message((uint)random.Next(), 30, 30, 30, 30);
            for (int flips = random.Next(4); flips > 0; flips--) message[random.Next(message.Length)] = (byte)random.Next(256);
            _ = ProcessMonitor.TryDecode(message.AsSpan(0, random.Next(message.Length + 1)), out _, out _);
        }
    }

    private static ProcessNotification Decode(uint what, params uint[] data)
    {
        Assert.True(ProcessMonitor.TryDecode(Message(what, data), out bool isAnswer, out ProcessNotification notification));
        Assert.False(isAnswer);
        return notification;
    }

    private static byte[] Message(uint what, params uint[] data)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        uint[] header = [(uint)(52 + (data.Length * 4)), 3, 0, 0, 1, 1, 0, 0, (uint)(16 + (data.Length * 4)), what, 0, 0, 0];
        foreach (uint word in header.Concat(data)) writer.Write(word);
        return stream.ToArray();
    }
}
