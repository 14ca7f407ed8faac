using System.Globalization;
using HaTools.Engine.Scripts;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Scripts;

/// <summary>How scripts of tests run: as whoever runs the tests, since they write where that one may.</summary>
internal static class Policies
{
    public static ScriptPolicy Own { get; } = Of(security: true);

    public static ScriptPolicy Unchecked { get; } = Of(security: false);

    private static ScriptPolicy Of(bool security) =>
        new(ScriptUsers.LookUp(Libc.geteuid().ToString(CultureInfo.InvariantCulture), [null, "root", "nobody"]), security);
}
