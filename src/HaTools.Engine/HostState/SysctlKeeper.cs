using System.Text.Json.Serialization;
using HaTools.Linux;

namespace HaTools.Engine.HostState;

/// <summary>A kernel parameter that was changed.</summary>
/// <param name="Original">What it was before us.</param>
/// <param name="Ours">What we have set it to.</param>
internal sealed record SysctlChange(string Original, string Ours)
{
    /// <summary>Whether it is just being given back, so that another node that has it too shall not leave it to us.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsLeaving { get; init; }
}

/// <summary>Sets kernel parameters, and gives back what they were.</summary>
/// <param name="purpose">What for, at the beginning of error messages.</param>
/// <param name="changes">What is changed now, by path; it is kept up to date.</param>
/// <param name="save">Saves it.</param>
internal sealed class SysctlKeeper(string purpose, Dictionary<string, SysctlChange> changes, Action save)
{
    /// <summary>Sets a parameter, unless it is as good already.</summary>
    /// <param name="path">Its path under /proc/sys; one that does not exist is passed over.</param>
    /// <param name="value">The value.</param>
    /// <param name="asGood">Other values that do as well.</param>
    /// <returns>What it was, where it had to be set; null: nothing was done.</returns>
    /// <exception cref="HaEngineException">It cannot be set.</exception>
    public string? Set(string path, string value, params ReadOnlySpan<string> asGood)
    {
        string? present = Sysctl.Read(path);
        if (present is null || present == value || asGood.Contains(present)) return null;

        // The file speaks of what was there before the first of us.
        if (!changes.TryGetValue(path, out SysctlChange? known) || known.Ours != value)
        {
            changes[path] = new SysctlChange(known?.Original ?? present, value);
            save();
        }

        Write(path, value);
        return present;
    }

    /// <summary>Sets a parameter that nobody will want back, since its interface is ours.</summary>
    /// <returns>Whether it had to be set.</returns>
    public bool SetOwn(string path, string value)
    {
        string? present = Sysctl.Read(path);
        if (present is null || present == value) return false;
        Write(path, value);
        return true;
    }

    /// <summary>
    /// Gives back what nobody wants any more. A value that is not ours was set by somebody since, and stays. One that cannot be given back keeps none of the others
    /// from it, and stays remembered. It does not save: a full disk must not keep anything from being given back, and what the file says too much does no harm.
    /// </summary>
    /// <param name="isWanted">Whether a parameter is still wanted as it is.</param>
    /// <exception cref="HaEngineException">Some cannot be given back; the message names them all.</exception>
    public void Restore(Func<string, bool> isWanted)
    {
        // Those for all interfaces first, so that none is without protection for a moment.
        string[] given = [.. changes.Keys.Where(p => !isWanted(p)).OrderByDescending(p => p.Contains("/all/", StringComparison.Ordinal))];
        var failures = new Failures();
        foreach (string path in given)
        {
            failures.Try(() =>
            {
                if (Sysctl.Read(path) == changes[path].Ours) Write(path, changes[path].Original);
                _ = changes.Remove(path);
            });
        }

        failures.Throw();
    }

    private void Write(string path, string value)
    {
        try
        {
            Sysctl.Write(path, value);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Its interface went this very moment; who watches interfaces sees to it.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HaEngineException(
                $"{purpose}: cannot set {path} to {value}: {e.Message}; run as root, and in a container mount /proc/sys writable", e);
        }
    }
}
