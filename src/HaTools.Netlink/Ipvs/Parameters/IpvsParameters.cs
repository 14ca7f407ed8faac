using HaTools.Linux;

namespace HaTools.Netlink.Ipvs;

/// <summary>
/// Reads and sets the parameters under <c>net.ipv4.vs</c> of the calling thread's network namespace. The files are there once IPVS is
/// loaded.
/// </summary>
public static class IpvsParameters
{
    private const string Folder = "net/ipv4/vs/";

    /// <summary>Those that this kernel has now, those that this library does not know among them, by name.</summary>
    /// <exception cref="IpvsUnavailableException">The kernel has no IPVS here.</exception>
    public static IReadOnlyList<IpvsParameterValue> ReadAll()
    {
        List<IpvsParameterValue> values = [];
        foreach (string name in Names())
        {
            // One of a scheduler's goes with its module, perhaps just now.
            if (Sysctl.Read(Folder + name) is { } value)
                values.Add(new IpvsParameterValue(name, IpvsParameterCatalogue.Find(name), value));
        }

        return values;
    }

    /// <summary>Those of the catalogue that this kernel has not: <see cref="IpvsParameter.Since"/> and
    /// <see cref="IpvsParameter.Needs"/> say why.</summary>
    /// <exception cref="IpvsUnavailableException">The kernel has no IPVS here.</exception>
    public static IReadOnlyList<IpvsParameter> Missing()
    {
        HashSet<string> present = [.. Names()];
        return [.. IpvsParameterCatalogue.All.Where(p => !present.Contains(p.Name))];
    }

    /// <summary>The value of one, as the kernel writes it; null: this kernel has it not.</summary>
    /// <param name="parameter">Which.</param>
    public static string? Read(IpvsParameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return Sysctl.Read(Folder + parameter.Name);
    }

    /// <summary>Makes sure that this kernel has one, and loads the module that brings it where it is not loaded.</summary>
    /// <param name="parameter">Which.</param>
    /// <returns>Null: it is there; else why not, as far as it is known.</returns>
    public static string? Require(IpvsParameter parameter)
    {
        if (Read(parameter) is not null) return null;
        string? failure = parameter.Module is { } module ? KernelModule.TryLoad(module) : null;
        if (failure is null && Read(parameter) is not null) return null;
        return failure is null ? Lack(parameter) : $"{Lack(parameter)}: {failure}";
    }

    /// <summary>Sets one; the range is checked before the kernel is asked.</summary>
    /// <param name="parameter">Which.</param>
    /// <param name="value">The value, as it would be written into the file.</param>
    /// <exception cref="ArgumentException">The value is outside the range, or not of the kind; the file was not touched.</exception>
    /// <exception cref="IOException">This kernel has no such parameter, with the reason as far as it is known, or refuses the value.</exception>
    /// <exception cref="UnauthorizedAccessException">The privilege is missing, or the parameter is read-only here.</exception>
    public static void Set(IpvsParameter parameter, string value)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (parameter.Refuse(value) is { } why) throw new ArgumentException(why, nameof(value));
        try
        {
            Sysctl.Write(Folder + parameter.Name, parameter.Normalize(value));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException(Lack(parameter), e);
        }
    }

    private static string Lack(IpvsParameter parameter)
    {
        string[] reasons =
        [
            .. parameter.Since is { } since ? [$"kernel {since.Major}.{since.Minor}"] : Array.Empty<string>(),
            .. parameter.Needs is { } needs ? [needs] : Array.Empty<string>(),
        ];
        string need = reasons.Length > 0 ? $"it needs {string.Join(" and ", reasons)}" : "is ip_vs loaded?";
        return $"{parameter}: this kernel has it not; {need}";
    }

    private static string[] Names()
    {
        try
        {
            string[] names = [.. Directory.GetFiles("/proc/sys/" + Folder).Select(f => Path.GetFileName(f)!)];
            Array.Sort(names, StringComparer.Ordinal);
            return names;
        }
        catch (DirectoryNotFoundException)
        {
            throw new IpvsUnavailableException(null);
        }
    }
}
