using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Xml;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace HaTools.Build
{
    /// <summary>
    /// Makes the MAML that Get-Help reads from the pages in docs/cmdlets, so that help is there after dotnet build, without pwsh and
    /// PlatyPS.
    /// The pages have PlatyPS's headings; what it knows beyond those used here is refused, so that nothing is lost in silence.
    /// </summary>
    public class WriteCommandHelp : Task
    {
        private const string Maml = "http://schemas.microsoft.com/maml/2004/10";
        private const string Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
        private const string Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

        [Required]
        public ITaskItem[] Pages { get; set; }

        [Required]
        public string OutputFile { get; set; }

        public override bool Execute()
        {
            Directory.CreateDirectory(Path.GetDirectoryName(OutputFile));
            var settings = new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false) };
            using (XmlWriter xml = XmlWriter.Create(OutputFile, settings))
            {
                xml.WriteStartElement("helpItems", "http://msh");
                xml.WriteAttributeString("schema", "maml");
                foreach (ITaskItem item in Pages.OrderBy(p => p.ItemSpec, StringComparer.Ordinal))
                {
                    if (Path.GetFileName(item.ItemSpec) == "README.md") continue;
                    Page page = Read(item.ItemSpec);
                    if (page != null) Write(xml, page);
                }
                xml.WriteEndElement();
            }
            return !Log.HasLoggedErrors;
        }

        private sealed class Section
        {
            public string Title;
            public readonly List<string> Lines = new List<string>();
            public readonly List<Section> Parts = new List<Section>();
        }

        private sealed class Page
        {
            public string Name;
            public readonly Dictionary<string, Section> Sections = new Dictionary<string, Section>();
        }

        private static readonly string[] Known = { "SYNOPSIS", "SYNTAX", "DESCRIPTION", "EXAMPLES", "PARAMETERS", "INPUTS", "OUTPUTS",
            "NOTES", "RELATED LINKS" };

        private Page Read(string file)
        {
            var page = new Page();
            Section section = null, part = null;
            bool code = false, front = false;
            int number = 0;
            foreach (string line in File.ReadAllLines(file))
            {
                number++;
                if (number == 1 && line == "---") { front = true; continue; }
                if (front) { front = line != "---"; continue; }
                if (line.StartsWith("```", StringComparison.Ordinal)) code = !code;
                if (!code && line.StartsWith("# ", StringComparison.Ordinal)) { page.Name = line.Substring(2).Trim(); continue; }
                if (!code && line.StartsWith("## ", StringComparison.Ordinal))
                {
                    section = new Section { Title = line.Substring(3).Trim() };
                    part = null;
                    if (!Known.Contains(section.Title)) Fail(file, number, "The heading '" + section.Title + "' is not one of PlatyPS's.");
                    page.Sections[section.Title] = section;
                    continue;
                }
                if (!code && line.StartsWith("### ", StringComparison.Ordinal) && section != null)
                {
                    part = new Section { Title = line.Substring(4).Trim() };
                    section.Parts.Add(part);
                    continue;
                }
                if (part != null) part.Lines.Add(line);
                else if (section != null) section.Lines.Add(line);
            }
            foreach (string needed in new[] { "SYNOPSIS", "DESCRIPTION", "EXAMPLES", "PARAMETERS" })
                if (!page.Sections.ContainsKey(needed)) Fail(file, number, "The page has no '" + needed + "'.");
            return Log.HasLoggedErrors ? null : page;
        }

        private void Fail(string file, int line, string message) => Log.LogError(null, "HELP", null, file, line, 0, 0, 0, message);

        private static void Write(XmlWriter xml, Page page)
        {
            string verb = page.Name.Split('-')[0], noun = page.Name.Split('-')[1];
            xml.WriteStartElement("command", "command", Command);
            xml.WriteAttributeString("xmlns", "maml", null, Maml);
            xml.WriteAttributeString("xmlns", "dev", null, Dev);

            xml.WriteStartElement("details", Command);
            xml.WriteElementString("name", Command, page.Name);
            xml.WriteElementString("verb", Command, verb);
            xml.WriteElementString("noun", Command, noun);
            Paragraphs(xml, "description", page.Sections["SYNOPSIS"].Lines);
            xml.WriteEndElement();

            Paragraphs(xml, "description", page.Sections["DESCRIPTION"].Lines);

            List<Section> parameters = page.Sections["PARAMETERS"].Parts.Where(p =>
                p.Title.StartsWith("-", StringComparison.Ordinal)).ToList();
            Syntax(xml, page, parameters);
            xml.WriteStartElement("parameters", Command);
            foreach (Section parameter in parameters) Parameter(xml, parameter);
            xml.WriteEndElement();

            Types(xml, page, "INPUTS", "inputTypes", "inputType");
            Types(xml, page, "OUTPUTS", "returnValues", "returnValue");
            if (page.Sections.TryGetValue("NOTES", out Section notes))
            {
                xml.WriteStartElement("alertSet", Maml);
                Paragraphs(xml, "alert", notes.Lines);
                xml.WriteEndElement();
            }
            Examples(xml, page.Sections["EXAMPLES"].Parts);
            xml.WriteStartElement("relatedLinks", Maml);
            if (page.Sections.TryGetValue("RELATED LINKS", out Section links))
            {
                foreach (string line in links.Lines.Where(l => l.StartsWith("[", StringComparison.Ordinal)))
                {
                    xml.WriteStartElement("navigationLink", Maml);
                    xml.WriteElementString("linkText", Maml, line.Substring(1, line.IndexOf(']') - 1));
                    xml.WriteElementString("uri", Maml, "");
                    xml.WriteEndElement();
                }
            }
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        // One syntax item for each parameter set: the "### NAME" parts of SYNTAX, each with the line that PowerShell prints.
        private static void Syntax(XmlWriter xml, Page page, List<Section> parameters)
        {
            xml.WriteStartElement("syntax", Command);
            if (page.Sections.TryGetValue("SYNTAX", out Section syntax))
            {
                foreach (Section set in syntax.Parts)
                {
                    string text = string.Join(" ", set.Lines.Where(l => !l.StartsWith("```", StringComparison.Ordinal)));
                    xml.WriteStartElement("syntaxItem", Command);
                    xml.WriteElementString("name", Maml, page.Name);
                    var words = text.Split(new[] { ' ', '[', ']' }, StringSplitOptions.RemoveEmptyEntries);
                    foreach (string word in words.Where(w => w.StartsWith("-", StringComparison.Ordinal)).Distinct())
                    {
                        Section parameter = parameters.FirstOrDefault(p => p.Title == word);
                        if (parameter == null) continue;
                        // "[-Name] <string>" and "-Name <string>" are required, "[[-Name] <string>]" and "[-Name <string>]" are not.
                        bool required = text.Contains(" [" + word + "] <") || text.Contains(" " + word + " <");
                        Parameter(xml, parameter, required, text.Contains("[" + word + "] <"));
                    }
                    xml.WriteEndElement();
                }
            }
            xml.WriteEndElement();
        }

        private static void Parameter(XmlWriter xml, Section section, bool? required = null, bool? positional = null)
        {
            Dictionary<string, string> facts = Facts(section);
            string type = facts["Type"];
            bool optionalType = type == "SwitchParameter";
            xml.WriteStartElement("parameter", Command);
            xml.WriteAttributeString("required", (required ?? facts["Required"] == "True") ? "true" : "false");
            xml.WriteAttributeString("variableLength", type.EndsWith("[]", StringComparison.Ordinal) ? "true" : "false");
            xml.WriteAttributeString("globbing", facts["Accept wildcard characters"] == "True" ? "true" : "false");
            string pipeline = facts["Accept pipeline input"];
            xml.WriteAttributeString("pipelineInput", pipeline);
            xml.WriteAttributeString("position", facts["Position"] == "Named" || positional == false ? "named" : facts["Position"]);
            xml.WriteAttributeString("aliases", facts["Aliases"].Length == 0 ? "none" : facts["Aliases"]);
            xml.WriteElementString("name", Maml, section.Title.Substring(1));
            Paragraphs(xml, "description", section.Lines);
            if (!optionalType)
            {
                xml.WriteStartElement("parameterValue", Command);
                xml.WriteAttributeString("required", "true");
                xml.WriteAttributeString("variableLength", type.EndsWith("[]", StringComparison.Ordinal) ? "true" : "false");
                xml.WriteString(type);
                xml.WriteEndElement();
            }
            xml.WriteStartElement("type", Dev);
            xml.WriteElementString("name", Maml, type);
            xml.WriteElementString("uri", Maml, "");
            xml.WriteEndElement();
            xml.WriteElementString("defaultValue", Dev, facts["Default value"]);
            xml.WriteEndElement();
        }

        private static Dictionary<string, string> Facts(Section section)
        {
            var facts = new Dictionary<string, string>();
            bool yaml = false;
            foreach (string line in section.Lines)
            {
                if (line.StartsWith("```", StringComparison.Ordinal)) { yaml = line == "```yaml"; continue; }
                int colon = line.IndexOf(':');
                if (yaml && colon > 0) facts[line.Substring(0, colon)] = line.Substring(colon + 1).Trim();
            }
            return facts;
        }

        private static void Types(XmlWriter xml, Page page, string heading, string list, string element)
        {
            xml.WriteStartElement(list, Command);
            if (page.Sections.TryGetValue(heading, out Section section))
            {
                foreach (Section part in section.Parts)
                {
                    xml.WriteStartElement(element, Command);
                    xml.WriteStartElement("type", Dev);
                    xml.WriteElementString("name", Maml, part.Title);
                    xml.WriteEndElement();
                    Paragraphs(xml, "description", part.Lines);
                    xml.WriteEndElement();
                }
            }
            xml.WriteEndElement();
        }

        private static void Examples(XmlWriter xml, List<Section> examples)
        {
            xml.WriteStartElement("examples", Command);
            foreach (Section example in examples)
            {
                xml.WriteStartElement("example", Command);
                xml.WriteElementString("title", Maml, "-------- " + example.Title + " --------");
                bool code = false;
                var lines = new List<string>();
                foreach (string line in example.Lines)
                {
                    if (line.StartsWith("```", StringComparison.Ordinal)) code = !code;
                    else if (code) lines.Add(line);
                }
                xml.WriteElementString("code", Dev, string.Join("\n", lines));
                Paragraphs(xml, "remarks", example.Lines, Dev);
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
        }

        // Paragraphs are what blank lines part; blocks of code belong to who calls.
        private static void Paragraphs(XmlWriter xml, string element, List<string> lines, string ns = Maml)
        {
            xml.WriteStartElement(element, ns);
            var paragraph = new List<string>();
            bool code = false;
            foreach (string line in lines.Concat(new[] { "" }))
            {
                if (line.StartsWith("```", StringComparison.Ordinal)) { code = !code; continue; }
                if (code) continue;
                if (line.Trim().Length > 0) { paragraph.Add(line.Trim()); continue; }
                if (paragraph.Count > 0) xml.WriteElementString("para", Maml, string.Join(" ", paragraph).Replace("`", ""));
                paragraph.Clear();
            }
            xml.WriteEndElement();
        }
    }
}
