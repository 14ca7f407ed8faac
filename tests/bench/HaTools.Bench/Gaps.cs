using HaTools.Lab.Watching;

namespace HaTools.Bench;

/// <summary>The times between adverts of the same virtual router by the same sender.</summary>
internal static class Gaps
{
    /// <summary>In milliseconds.</summary>
    public static Sample Of(IEnumerable<TracedAdvert> adverts, byte sender)
    {
        var sample = new Sample();
        var last = new Dictionary<byte, long>();
        foreach (TracedAdvert advert in adverts)
        {
            if (advert.Sender != sender) continue;
            if (last.TryGetValue(advert.RouterId, out long before)) sample.Add((advert.Time - before) / 1e6);
            last[advert.RouterId] = advert.Time;
        }

        return sample;
    }
}
