using System.ComponentModel;
using System.Diagnostics;

namespace HaTools.Netlink.Ipvs;

/// <summary>Loads kernel modules with modprobe, which knows their places, dependencies and the administrator's blacklist.</summary>
public static class KernelModule
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Tries to load a module; gives up after 20 s.</summary>
    /// <param name="name">The module's name, as <c>ip_vs</c>.</param>
    /// <returns>Null: modprobe says that it is loaded; else what went wrong, in a line.</returns>
    public static string? TryLoad(string name)
    {
        string? program = Array.Find(["/usr/sbin/modprobe", "/sbin/modprobe", "/usr/bin/modprobe", "/bin/modprobe"], File.Exists);
        if (program is null) return "modprobe is not installed";
        try
        {
            using var process = new Process();
            process.StartInfo = new ProcessStartInfo(program, [name]) { RedirectStandardError = true, RedirectStandardInput = true };
            process.Start();
            process.StandardInput.Close();
            Task<string> words = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Limit))
            {
                process.Kill();
                return $"modprobe did not end within {Limit.TotalSeconds:0} s";
            }

            if (process.ExitCode == 0) return null;
            string line = words.GetAwaiter().GetResult().Trim().ReplaceLineEndings(" ");
            return line.Length > 0 ? line : $"modprobe: exit {process.ExitCode}";
        }
        catch (Win32Exception e)
        {
            return $"modprobe cannot be run: {e.Message}";
        }
    }
}
