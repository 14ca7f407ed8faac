using HaTools.Netlink.Ipvs.Save;

namespace HaTools.Netlink.Tests.Ipvs.Save;

/// <summary>Texts that nobody writes: the reader tells what is wrong, and neither throws nor takes more memory than the text is worth.</summary>
public class IpvsSaveFuzzTests
{
    private const int Rounds = 4000;

    private static readonly string[] Fragments =
    [
        "-A", "-a", "-t", "-u", "-f", "-6", "-s", "-p", "-M", "-r", "-m", "-i", "-g", "-w", "-x", "-y", "-o", "-b", "--pe", "--tun-type", "--tun-port",
        "--tun-csum", "--sctp-service", "--", "-", "=", "--=", "-=", "ipvsadm", "#", "\n", " ", "\r", "\0", "192.0.2.1:80", "[2001:db8::1]:80", "[", "]:", ":",
        "gue", "gre", "rr", "mh", "mh-port,", "0", "-1", "99999999999999999999", "0x", ".", "\ud800", "🦆", "é",
    ];

    public static TheoryData<int> Seeds => [1, 2, 3, 4, 5];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Mutated_tables(int seed)
    {
        var random = new Random(seed);
        string good = IpvsSaveWriter.Write(new RandomTable(seed).Next(services: 4, servers: 3), IpvsSaveStyle.Whole);
        for (int round = 0; round < Rounds; round++)
        {
            char[] text = good.ToCharArray();
            for (int changes = random.Next(1, 6); changes > 0; changes--)
                text[random.Next(text.Length)] = random.Next(3) == 0 ? (char)random.Next(0x300) : good[random.Next(good.Length)];
            Read(new string(text), seed, round);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_options(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            IEnumerable<string> words = Enumerable.Range(0, random.Next(30)).Select(_ => Fragments[random.Next(Fragments.Length)] + (random.Next(3) == 0 ? "" : " "));
            Read(string.Concat(words), seed, round);
        }
    }

    [Theory]
    [InlineData("x ")]
    [InlineData("-A -a\n")]
    [InlineData("-Q")]
    [InlineData("-A -t 192.0.2.1:80 -w -w -w\n")]
    [InlineData("-A -f 1\n")]
    [InlineData("1234567890")]
    public void Memory_grows_with_the_text_alone(string part)
    {
        string text = string.Concat(Enumerable.Repeat(part, 1_000_000 / part.Length));
        IpvsSaveReader.Read(part);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotEmpty(IpvsSaveReader.Read(text).Errors);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64L * text.Length);
    }

    private static void Read(string text, int seed, int round)
    {
        try
        {
            IpvsSaveReading reading = IpvsSaveReader.Read(text);
            Assert.Equal(reading.Table is null, reading.Errors.Count > 0);
            if (reading.Table is { } table) Assert.Equal(table.Flat(), SavedTables.Read(IpvsSaveWriter.Write(table, IpvsSaveStyle.Whole)).Flat());
        }
        catch (Exception e)
        {
            Assert.Fail($"seed {seed}, round {round}: {e.GetType().Name} for {System.Text.Json.JsonSerializer.Serialize(text)}\n{e}");
        }
    }
}
