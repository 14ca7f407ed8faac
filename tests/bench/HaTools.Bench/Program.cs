using System.Globalization;
using HaTools.Bench.Takeover;

// Benchmarks against keepalived in the same run. They print; they judge nothing.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not ["takeover", .. var rest])
{
    Console.Error.WriteLine("usage: HaTools.Bench takeover [ROUNDS]   crash of the master to the first answer at a client, hanode beside keepalived");
    return 2;
}

int? rounds = rest is [var text] ? int.Parse(text) : null;
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, cancel) =>
{
    cancel.Cancel = true;
    stop.Cancel();
};
await TakeoverBench.RunAsync(rounds, stop.Token);
return 0;
