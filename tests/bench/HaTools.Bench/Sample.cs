namespace HaTools.Bench;

/// <summary>Figures of one kind, in milliseconds.</summary>
internal sealed class Sample
{
    private readonly List<double> values = [];

    public int Count => values.Count;

    public double Median => At(0.5);

    public double Max => values.Count == 0 ? double.NaN : values.Max();

    public double First => values.Count == 0 ? double.NaN : values[0];

    public void Add(double milliseconds) => values.Add(milliseconds);

    /// <summary>The value at a quantile from 0 to 1, interpolated.</summary>
    public double At(double quantile)
    {
        if (values.Count == 0) return double.NaN;
        double[] sorted = [.. values.Order()];
        double place = quantile * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 == sorted.Length ? sorted[below] : sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below]));
    }

    public int Above(double limit) => values.Count(v => v > limit);

    /// <summary>How many times another's median, p99 and maximum these are.</summary>
    public string RatiosTo(Sample other) => $"{Median / other.Median:0.00} / {At(0.99) / other.At(0.99):0.00} / {Max / other.Max:0.00}";

    /// <summary>Median, p99 and maximum, the first two to a hundredth.</summary>
    public string Finely => $"{Median:0.00} / {At(0.99):0.00} / {Max:0.00}";

    public override string ToString() => $"{Median:0.0} / {At(0.99):0.0} / {Max:0.0}";
}
