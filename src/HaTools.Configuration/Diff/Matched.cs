namespace HaTools.Configuration;

/// <summary>The objects of two lists, matched by identity.</summary>
/// <param name="Added">Those of the second list only, in its order.</param>
/// <param name="Kept">Those of both, in the second list's order.</param>
/// <param name="Removed">Those of the first list only, in its order.</param>
internal sealed record Matched<TKey, T>(List<T> Added, List<(T Before, T After)> Kept, List<T> Removed) where TKey : notnull
{
    public static Matched<TKey, T> Match(ValueList<T> before, ValueList<T> after, Func<T, TKey> identity)
    {
        var old = new Dictionary<TKey, T>(before.Count);
        foreach (T item in before) old.TryAdd(identity(item), item);
        var result = new Matched<TKey, T>([], [], []);
        var met = new HashSet<TKey>(after.Count);
        foreach (T item in after)
        {
            TKey key = identity(item);
            if (!met.Add(key)) continue; // validation refuses duplicates; the first one counts
            if (old.TryGetValue(key, out T? match)) result.Kept.Add((match, item));
            else result.Added.Add(item);
        }
        foreach ((TKey key, T item) in old)
        {
            if (!met.Contains(key)) result.Removed.Add(item);
        }
        return result;
    }
}
