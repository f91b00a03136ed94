package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class JsonTest {

  @Test
  void whatIsPrintedIsReadBack() throws Exception {
    String text =
        "quote \" backslash \\ line\nend, tab\t, bell \u0007, Umlaut \u00e4, \ud83d\ude00";
    Map<String, Object> object = new LinkedHashMap<>();
    object.put(text, text);
    object.put("numbers", List.of(1, -2.5, 1e-9, 12345678901L));
    object.put("not a number", Double.NaN);
    object.put("empty", List.of(Map.of(), List.of()));
    object.put("true", true);
    JsonNode read = new ObjectMapper().readTree(Json.print(object));
    assertThat(read.get(text).textValue()).isEqualTo(text);
    assertThat(read.get("numbers").get(2).doubleValue()).isEqualTo(1e-9);
    assertThat(read.get("numbers").get(3).longValue()).isEqualTo(12345678901L);
    assertThat(read.get("not a number").isNull()).isTrue();
    assertThat(read.get("empty").get(0).isObject()).isTrue();
    assertThat(read.get("empty").get(1).isArray()).isTrue();
    assertThat(read.get("true").booleanValue()).isTrue();
  }

  @Test
  void anObjectHasALineForEachField() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("a", 1);
    object.put("b", List.of("x"));
    assertThat(Json.print(object)).isEqualTo("{\n  \"a\": 1,\n  \"b\": [\n    \"x\"\n  ]\n}\n");
  }
}
