using System.Globalization;
using HaTools.Bench.Reload;
using HaTools.Bench.Scale;
using HaTools.Bench.Steady;
using HaTools.Bench.Takeover;

// Benchmarks against keepalived in the same run. They print; they judge nothing.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["host", var file, var node])
{
    await EngineHost.RunAsync(file, node);
    return 0;
}

Dictionary<string, (Func<int?, CancellationToken, Task> Run, string Help)> benches = new()
{
    ["takeover"] = (TakeoverBench.RunAsync, "[ROUNDS]     crash of the master to the first answer at a client"),
    ["steady"] = (SteadyBench.RunAsync, "[SECONDS]    the advert's period at 10 ms, and false takeovers beside 8 busy programs"),
    ["scale"] = (ScaleBench.RunAsync, "[COUNT]      1 to 1000 virtual routers, or COUNT alone: processor time, memory, start-up, jitter"),
    ["reload"] = (ReloadBench.RunAsync, "[ROUNDS]     a reload that changes one of 255 virtual routers"),
};
if (args is not [var name, .. var rest] || !benches.TryGetValue(name, out var bench) || rest.Length > 1)
{
    Console.Error.WriteLine("usage: HaTools.Bench BENCHMARK [NUMBER]   hanode beside keepalived");
    foreach ((string each, (_, string help)) in benches) Console.Error.WriteLine($"  {each,-10} {help}");
    return 2;
}

int? number = rest is [var text] ? int.Parse(text) : null;
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, cancel) =>
{
    cancel.Cancel = true;
    stop.Cancel();
};
await bench.Run(number, stop.Token);
return 0;
