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

    public override string ToString() => $"{Median:0.0} / {At(0.99):0.0} / {Max:0.0}";
}
