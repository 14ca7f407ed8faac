using System.Management.Automation;
using HaTools.Module.Errors;

namespace HaTools.Module.Commands;

/// <summary>
/// What all cmdlets share: Ctrl-C as a cancellation token, waiting for tasks on the pipeline's thread, and errors by the catalogue.
/// </summary>
public abstract class HaCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource stop = new();

    /// <summary>Cancelled when the pipeline is stopped.</summary>
    protected CancellationToken StopToken => stop.Token;

    /// <inheritdoc/>
    protected override void StopProcessing() => stop.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Waits for a task. What the engine throws becomes a terminating error of the catalogue.</summary>
    internal T Await<T>(Task<T> task, string? node = null)
    {
        try
        {
            return task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception e) when (HaErrors.From(e, node) is { } error)
        {
            throw new HaErrorException(error);
        }
    }

    internal void Await(Task task, string? node = null) => Await(Complete(task), node);

    /// <summary>Whether the parameter was given, by name, position or pipeline.</summary>
    internal bool Given(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    /// <summary>Runs the body; an error of the catalogue is reported for this input object, and the next one goes on.</summary>
    internal void Reporting(Action body)
    {
        try
        {
            body();
        }
        catch (HaErrorException e)
        {
            WriteError(e.Error.ToRecord());
        }
    }

    /// <summary>Runs the body; an error of the catalogue ends the command.</summary>
    internal void Terminating(Action body)
    {
        try
        {
            body();
        }
        catch (HaErrorException e)
        {
            ThrowTerminatingError(e.Error.ToRecord());
        }
    }

    internal void WriteHaError(HaError error) => WriteError(error.ToRecord());

    internal void WriteWarnings(IEnumerable<HaConfigurationDiagnostic> diagnostics)
    {
        foreach (HaConfigurationDiagnostic d in diagnostics)
            if (d.Severity == HaDiagnosticSeverity.Warning) WriteWarning(d.ToString());
    }

    /// <summary>The file system path that the user means; relative ones are relative to pwsh's location, not the process's.</summary>
    internal string FullPath(string path) => SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);

    private static async Task<bool> Complete(Task task)
    {
        await task.ConfigureAwait(false);
        return true;
    }
}
