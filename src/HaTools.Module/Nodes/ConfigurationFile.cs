using System.Management.Automation;
using System.Text;
using HaTools.Module.Errors;

namespace HaTools.Module.Nodes;

/// <summary>Writes configuration files.</summary>
internal static class ConfigurationFile
{
    /// <summary>
    /// Replaces the file in one step: a node that reloads meanwhile reads the old text or the new, never half of it. For its owner only,
    /// since it may hold passwords.
    /// </summary>
    public static void Write(string path, string text)
    {
        string half = $"{path}.{Environment.ProcessId}.new";
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
            UnixFileMode mode = File.Exists(path) ? File.GetUnixFileMode(path) : UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = mode };
            using (var stream = new FileStream(half, options))
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }
            File.Move(half, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(half);
            throw new HaErrorException(new HaError("FileNotWritten", ErrorCategory.WriteError, $"'{path}' cannot be written: {e.Message}",
                Target: path, Cause: e));
        }
    }
}
