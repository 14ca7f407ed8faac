using System.Globalization;
using System.Text;

namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>What the last things were that happened: kept as numbers, made into words when somebody asks, so that it costs nothing.</summary>
internal sealed class Trace
{
    private const int Length = 80;
    private readonly Entry[] entries = new Entry[Length];
    private long count;

    public void Add(long at, int node, string what, int router = 0, long a = 0, long b = 0) =>
        entries[count++ % Length] = new Entry(at, node, what, router, a, b);

    /// <summary>The last events, oldest first: seconds since the beginning, who, what, about which virtual router.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (long i = Math.Max(0, count - Length); i < count; i++)
        {
            Entry e = entries[i % Length];
            string who = e.Node < 0 ? "-" : $"node {e.Node}";
            text.Append(CultureInfo.InvariantCulture, $"{e.At / 1e9,14:0.000000}  {who,-7} ");
            if (e.Router > 0) text.Append(CultureInfo.InvariantCulture, $"vrid {e.Router} ");
            text.AppendLine(string.Format(CultureInfo.InvariantCulture, e.What, e.A, e.B));
        }

        return text.ToString();
    }

    private readonly record struct Entry(long At, int Node, string What, int Router, long A, long B);
}

/// <summary>A promise was broken.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);
