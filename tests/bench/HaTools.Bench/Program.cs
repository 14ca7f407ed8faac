using System.Globalization;
using HaTools.Bench;
using HaTools.Bench.Checks;
using HaTools.Bench.Ipvs;
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

Dictionary<string, (Func<int?, string, CancellationToken, Task> Run, string Help)> benches = new()
{
    ["takeover"] = (TakeoverBench.RunAsync, "[ROUNDS (50)] [MODE]      crash of the master to the first answer at a client; modes: v3 10 ms, v3 100 ms, v2 1 s"),
    ["steady"] = (SteadyBench.RunAsync, "[SECONDS (60)] [PART]     the advert's period, and false takeovers beside 8 busy programs; parts: hanode 10 ms, pwsh 100 ms"),
    ["scale"] = (ScaleBench.RunAsync, "[COUNT (all)] [INTERVAL]  1, 50, 255, 500, 1000 virtual routers: processor time, memory, start-up, jitter; intervals: 1 s, 0.1 s"),
    ["checks"] = (ChecksBench.RunAsync, "[SERVERS (all)] [KIND]     100, 1,000, 5,000 servers checked once a second: processor time, memory, death to removal, adverts; TCP, HTTP, SSL; highest: rates up to 30,000"),
    ["ipvs"] = (IpvsBench.RunAsync, "[ROUNDS (5)] [WORK]        1,000 services with 10 real servers, beside ipvsadm; works: load, change, read"),
    [IpvsBench.Inside] = (IpvsBench.RunInsideAsync, "the same on this kernel, which has IPVS: how the former is run in the kernel lab"),
    ["reload"] = (ReloadBench.RunAsync, "[ROUNDS (20)] [INTERVAL]  a reload that changes one of 255 virtual routers; intervals: 100 ms, 10 ms"),
};
string[] rest = args is [_, .. var others] ? others : [];
int? number = rest is [var text, ..] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : null;
if (number is not null) rest = rest[1..];
if (args is not [var name, ..] || !benches.TryGetValue(name, out var bench) || rest.Length > 1)
{
    Console.Error.WriteLine("usage: HaTools.Bench BENCHMARK [NUMBER] [PART]   hanode beside keepalived; PART: what contains this text, alone");
    foreach ((string each, (_, string help)) in benches) Console.Error.WriteLine($"  {each,-10} {help}");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, cancel) =>
{
    cancel.Cancel = true;
    stop.Cancel();
};
await bench.Run(number, rest is [var part] ? part : "", stop.Token);
return 0;
