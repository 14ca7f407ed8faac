namespace HaTools.Vrrp.Tests.Packets;

/// <summary>
/// Packets as an enemy or a broken card makes them: noise, samples with changed bytes, cut, lengthened, or spliced. The same seed makes the
/// same packets. It writes them into one buffer, so that what is measured allocates nothing on its account.
/// </summary>
internal sealed class Fuzzer(int seed, IReadOnlyList<byte[]> samples)
{
    private readonly Random random = new(seed);
    private readonly byte[] buffer = new byte[4500];

    /// <summary>How many packets a test makes: a few, or with HATOOLS_LONG=1 a hundred times as many.</summary>
    public static int Rounds(int few) => Environment.GetEnvironmentVariable("HATOOLS_LONG") == "1" ? few * 100 : few;

    public Span<byte> Next()
    {
        int length;
        if (random.Next(8) == 0)
        {
            length = random.Next(200);
            random.NextBytes(buffer.AsSpan(0, length));
        }
        else
        {
            byte[] sample = samples[random.Next(samples.Count)];
            sample.CopyTo(buffer, 0);
            length = sample.Length;
            for (int n = random.Next(4); n > 0; n--) buffer[random.Next(length)] = Byte();
            switch (random.Next(8))
            {
                case 0:
                    length = random.Next(length + 1);
                    break;
                case 1:
                    int more = random.Next(100);
                    random.NextBytes(buffer.AsSpan(length, more));
                    length += more;
                    break;
                case 2:
                    byte[] other = samples[random.Next(samples.Count)];
                    int from = random.Next(Math.Min(length, other.Length));
                    other.AsSpan(from).CopyTo(buffer.AsSpan(from));
                    length = other.Length;
                    break;
            }
        }

        return buffer.AsSpan(0, length);
    }

    /// <summary>True one time in <paramref name="n"/>.</summary>
    public bool Chance(int n) => random.Next(n) == 0;

    /// <summary>Bytes at the edges of ranges are worth more than others.</summary>
    private byte Byte() => random.Next(4) switch { 0 => 0, 1 => 0xff, _ => (byte)random.Next(256) };

    /// <summary>Runs a decoder on many packets; an exception comes with what leads to it again.</summary>
    /// <param name="rounds">How many.</param>
    /// <param name="decode">What is tested; whatever it allocates is an error.</param>
    public void Run(int rounds, FuzzedDecoder decode)
    {
        // The first calls may load code and types.
        for (int i = 0; i < 2000; i++) decode(Next(), this);
        Allocations.None(() =>
        {
            for (int round = 0; round < rounds; round++)
            {
                Span<byte> packet = Next();
                try
                {
                    decode(packet, this);
                }
                catch (Exception e)
                {
                    Assert.Fail($"seed {seed}, round {round}, {Convert.ToHexString(packet)}: {e}");
                }
            }
        });
    }
}

internal delegate void FuzzedDecoder(Span<byte> packet, Fuzzer fuzzer);
