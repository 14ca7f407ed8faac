using System.Globalization;
using System.Text;
using HaTools.Lab.Clients;
using HaTools.Lab.Playing;

namespace HaTools.Demo;

/// <summary>
/// Draws a scenario as it plays. One line per thing that happens, with the time in front; between them a strip with a mark for each
/// request of the client, coloured by the machine that answered. On a terminal the strip grows live; elsewhere it is printed when it is
/// full or something else happens.
/// </summary>
internal sealed class Timeline(TextWriter output, bool plain) : IPlayReport
{
    private const int StripLength = 80;

    // Colours that are told apart on dark and light grounds, for the first servers met; letters do it where there is no colour.
    private static readonly string[] colours = ["32", "36", "35", "33", "34"];

    private readonly List<string> servers = [];
    private readonly List<RequestResult> strip = [];
    private double stripStart;
    private bool live;

    public void Report(PlayEvent e)
    {
        if (e is ClientAsked asked)
        {
            Mark(asked.Result, e.At);
            return;
        }
        EndStrip();
        switch (e)
        {
            case ScenarioStarted s:
                output.WriteLine();
                output.WriteLine($"{Bold(s.Name)}  {s.Title}");
                output.WriteLine(Dim($"{s.Source}; directors run {s.Cast}; kernel {s.Kernel}"));
                output.WriteLine();
                break;
            case MachineBooted m:
                Line(e.At, $"{m.Machine,-8} {string.Join(", ", m.Cards),-28} {Dim(m.Role)}");
                break;
            case StepStarted s:
                output.WriteLine();
                Line(e.At, $"{Colour("1;34", $"── {s.Id}")}  {Bold(s.Title)}");
                break;
            case DirectorThinks d:
                Line(e.At, $"{d.Machine,-8} {(d.State is null ? Dim("its daemon does not run") : $"says it is {State(d.State)}")}");
                break;
            case AddressMoved a:
                string moved = a.Held ? Colour("1;33", $"▲ has {a.Address}") : Colour("33", $"▽ no longer has {a.Address}");
                Line(e.At, $"{a.Machine,-8} {moved}");
                break;
            case FailoverMeasured f:
                string measured = $"{Bold(Duration(f.Gap.Seconds))} from the last answer to the next, {Requests(f.Gap.Lost)} lost";
                Line(e.At, $"{Colour("1;35", "⏱")} {f.Title}: {measured}");
                break;
            case ExpectationChecked x:
                Line(e.At, $"{(x.Met ? Colour("32", "✔") : Colour("1;31", "✘"))} {x.Text}");
                if (x.Detail is not null)
                    foreach (string line in x.Detail.Split('\n')) output.WriteLine($"           {Dim(line)}");
                break;
            case Remark r:
                Line(e.At, Dim($"· {r.Text}"));
                break;
            case ScenarioEnded end:
                output.WriteLine();
                if (end.Failure is not null) output.WriteLine(Colour("1;31", $"✘ the lab failed: {end.Failure}"));
                output.WriteLine(Colour(end.Unmet == 0 && end.Failure is null ? "1;32" : "1;31",
                    $"{end.Met} of {end.Met + end.Unmet} expectations met, in {Duration(e.At)}"));
                break;
        }
        output.Flush();
    }

    private void Mark(RequestResult result, double at)
    {
        if (strip.Count == 0) stripStart = at;
        strip.Add(result);
        if (!plain)
        {
            output.Write($"\r{Strip()}");
            output.Flush();
            live = true;
        }
        if (strip.Count == StripLength) EndStrip();
    }

    private void EndStrip()
    {
        if (strip.Count == 0) return;
        output.WriteLine(live ? "" : Strip());
        strip.Clear();
        live = false;
    }

    private string Strip()
    {
        var text = new StringBuilder(Time(stripStart)).Append(Dim("client   "));
        foreach (RequestResult r in strip) text.Append(Sign(r));
        if (strip.Count == StripLength || plain) text.Append("  ").Append(Legend());
        return text.ToString();
    }

    private string Sign(RequestResult r)
    {
        if (r.Outcome == RequestOutcome.BadStatus) return Colour("31", "!");
        if (!r.IsAnswered) return Colour("1;31", "×");
        int index = IndexOf(r);
        return plain ? $"{(char)('a' + index % 26)}" : Colour(colours[index % colours.Length], "▇");
    }

    private string Legend() => string.Join(' ', strip.Where(r => r.IsAnswered).Select(IndexOf).Distinct().Order()
        .Select(i => plain ? $"{(char)('a' + i % 26)}={servers[i]}" : Colour(colours[i % colours.Length], servers[i])));

    private int IndexOf(RequestResult r)
    {
        string name = r.Via is null || r.Via == r.Server ? r.Server! : $"{r.Server} via {r.Via}";
        int index = servers.IndexOf(name);
        if (index < 0)
        {
            servers.Add(name);
            index = servers.Count - 1;
        }
        return index;
    }

    private void Line(double at, string text) => output.WriteLine(Time(at) + text);

    private string Time(double at) => Dim(string.Create(CultureInfo.InvariantCulture, $"{at,7:0.00}s  "));

    private string State(string state) => Colour(state == "MASTER" ? "1;32" : state == "FAULT" ? "1;31" : "34", state);

    private static string Duration(double seconds) => seconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s");

    private static string Requests(int n) => n == 1 ? "1 request" : $"{n} requests";

    private string Bold(string text) => Colour("1", text);

    private string Dim(string text) => Colour("2", text);

    private string Colour(string code, string text) => plain ? text : $"\e[{code}m{text}\e[0m";
}
