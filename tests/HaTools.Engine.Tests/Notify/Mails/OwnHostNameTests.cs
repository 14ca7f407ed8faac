using System.Net.Sockets;
using HaTools.Engine.Notify.Mails;

namespace HaTools.Engine.Tests.Notify.Mails;

/// <summary>The host's name in mails.</summary>
public sealed class OwnHostNameTests
{
    [Fact]
    public void It_is_asked_for_until_it_is_known()
    {
        int asked = 0;
        var name = new OwnHostName(n => ++asked > 1 ? $"{n}.example.com" : throw new SocketException((int)SocketError.TryAgain));
        Assert.Equal(["lb", "lb.example.com", "lb.example.com"], Enumerable.Range(0, 3).Select(_ => name.Find("lb")));
        Assert.Equal(2, asked);
    }

    [Fact]
    public void What_is_no_word_is_told_to_nobody() => Assert.Equal("localhost", new OwnHostName(_ => "two words").Find("lb"));
}
