using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
namespace HaTools.Build { public class WriteCommandHelp : Task { [Required] public ITaskItem[] Pages { get; set; } [Required] public string OutputFile { get; set; } public override bool Execute() { return true; } } }
